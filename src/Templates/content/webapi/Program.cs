using Disentangle.ML.Serving;
using DisentangleWebApi;

// dotnet run -- train customers.csv    trains and saves model.zip
// dotnet run                           serves model.zip
if (args is ["train", var csv])
{
    Training.Run(csv, "model.zip");
    return;
}

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddDisentangleModel(builder.Configuration["Model:Path"] ?? "model.zip");
builder.Services.AddProblemDetails();

WebApplication app = builder.Build();
// A service without a model does not start.
app.Services.GetRequiredService<ServedModel>();
app.UseExceptionHandler(new ExceptionHandlerOptions
{
    StatusCodeSelector = fault => fault switch
    {
        BadHttpRequestException or InvalidDataException => StatusCodes.Status400BadRequest,
        ServerBusyException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    },
});
app.UseStatusCodePages();
app.MapPost("/cluster", (Customer[] customers, ModelScorer<Customer, Cluster> scorer, CancellationToken token) =>
    scorer.ScoreAsync(customers, token));
app.Run();
