using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// What ML.NET keeps internal: the environment of a catalog, and the GPU that an environment is set to. Only this class reads them by
/// reflection.
/// </summary>
internal static class CatalogEnvironment
{
    public static IHostEnvironment Of(object catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        foreach (Type implemented in catalog.GetType().GetInterfaces())
        {
            if (implemented.Name != "IInternalCatalog")
                continue;
            PropertyInfo? property = implemented.GetProperty("Environment");
            if (property?.GetValue(catalog) is IHostEnvironment environment)
                return environment;
        }
        throw new NotSupportedException(
            $"This version of ML.NET ({typeof(MLContext).Assembly.GetName()}) does not expose the environment of a catalog; "
            + "use the constructor of the estimator, which takes the MLContext.");
    }

    /// <summary>The GPU that an MLContext is set to, and whether to use the CPU where it is not available.</summary>
    /// <param name="environment">An MLContext or the environment behind its catalogs.</param>
    public static (int? GpuDeviceId, bool FallbackToCpu) Gpu(IHostEnvironment environment)
    {
        if (environment is MLContext context)
            return (context.GpuDeviceId, context.FallbackToCpu);
        Type? properties = environment.GetType().GetInterfaces().FirstOrDefault(type => type.Name == "IHostEnvironmentInternal");
        return (properties?.GetProperty(nameof(MLContext.GpuDeviceId))?.GetValue(environment) as int?,
            properties?.GetProperty(nameof(MLContext.FallbackToCpu))?.GetValue(environment) as bool? ?? false);
    }
}
