using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Evaluators;

/// <summary>The environment of a catalog, which is internal to ML.NET. Only this class reads it by reflection.</summary>
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
}
