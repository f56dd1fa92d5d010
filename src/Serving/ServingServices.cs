using Disentangle.ML.Serving;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of served models.</summary>
public static class ServingServices
{
    /// <summary>
    /// Serves a model file. Adds, each once for the whole application: <see cref="ServedModel"/>, which reloads the file when it is
    /// replaced;
    /// <see cref="ModelScorer{TInput, TOutput}"/> for any classes of input and output; and
    /// <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> of <see cref="string"/> and of arrays of <see cref="float"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="path">
    /// The zip file. It is read when something first asks for the model: ask for <see cref="ServedModel"/> before the service takes
    /// requests, so that a
    /// missing or broken file stops the start and no request waits for the reading.
    /// </param>
    /// <param name="configure">Changes the defaults of <see cref="ServingOptions"/>.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    /// <example><code>
    /// builder.Services.AddDisentangleModel("model.zip");
    /// app.MapPost("/cluster", (Row row, ModelScorer&lt;Row, Cluster&gt; scorer, CancellationToken token) => scorer.ScoreAsync(row,
    /// token));
    /// </code></example>
    public static IServiceCollection AddDisentangleModel(
        this IServiceCollection services, string path, Action<ServingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var options = new ServingOptions();
        configure?.Invoke(options);
        options.Validate();
        services.AddSingleton(options);
        services.AddSingleton(provider =>
            new ServedModel(path, options, provider.GetService<ILogger<ServedModel>>() ?? NullLogger<ServedModel>.Instance));
        services.TryAddSingleton(typeof(ModelScorer<,>));
        services.TryAddSingleton<IEmbeddingGenerator<string, Embedding<float>>, ModelEmbeddingGenerator<string>>();
        services.TryAddSingleton<IEmbeddingGenerator<float[], Embedding<float>>, ModelEmbeddingGenerator<float[]>>();
        return services;
    }
}
