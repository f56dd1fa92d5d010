using Disentangle.ML.Serving;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using WebApi;

// dotnet run -- train model.zip    trains on the digits of the samples
// dotnet run                       serves model.zip, or the file that the setting Model:Path names
if (args is ["train", var target])
{
    Training.Run(target);
    return;
}

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
long bodySize = builder.Configuration.GetValue("Limits:BodySize", 16L << 20);
int concurrency = builder.Configuration.GetValue("Limits:Concurrency", 2000);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = bodySize);
builder.Services.AddDisentangleModel(builder.Configuration["Model:Path"] ?? "model.zip");
builder.Services.AddOpenApi();
builder.Services.AddProblemDetails();
builder.Services.AddExceptionHandler<Problems>();
builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
builder.Services.AddRateLimiter(limits =>
{
    limits.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
    limits.GlobalLimiter = System.Threading.RateLimiting.PartitionedRateLimiter.Create<HttpContext, string>(
        _ => System.Threading.RateLimiting.RateLimitPartition.GetConcurrencyLimiter("", _ => new() { PermitLimit = concurrency }));
});
builder.Services.AddHealthChecks();
OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
    .WithMetrics(metrics => metrics.AddMeter(ServingTelemetry.Name).AddAspNetCoreInstrumentation())
    .WithTracing(traces => traces.AddSource(ServingTelemetry.Name).AddAspNetCoreInstrumentation());
if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
    telemetry.UseOtlpExporter();

WebApplication app = builder.Build();
// A service without a model does not start.
ServedModel model = app.Services.GetRequiredService<ServedModel>();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.MapOpenApi();
app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).DisableRateLimiting();
app.MapGet("/health/ready", () => TypedResults.Ok(new { status = nameof(HealthStatus.Healthy), modelVersion = model.Current.Version }))
    .DisableRateLimiting();
app.UseRateLimiter();
app.MapPost("/cluster", async (ClusterRequest request, ModelScorer<Digit, Cluster> scorer, CancellationToken token) =>
{
    Dictionary<string, string[]> faults = request.Faults();
    if (faults.Count > 0)
        return Results.ValidationProblem(faults);
    Digit[] digits = [.. request.Vectors.Select(pixels => new Digit { Pixels = pixels })];
    return Results.Ok(new ClusterResponse(await scorer.ScoreAsync(digits, token)));
}).Produces<ClusterResponse>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
app.Run();

/// <summary>The service, for tests to start.</summary>
public partial class Program;
