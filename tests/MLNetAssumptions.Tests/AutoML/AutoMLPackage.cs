using System.Reflection;
using Microsoft.ML.AutoML;

namespace Disentangle.ML.MLNetAssumptions.Tests.AutoML;

/// <summary>The Microsoft.ML.AutoML that the tests run on.</summary>
internal static class AutoMLPackage
{
    public static Assembly Assembly { get; } = typeof(AutoMLExperiment).Assembly;

    /// <summary>Whether it is the stand-in and not the package.</summary>
    public static bool IsStandIn { get; } = Assembly.GetName().Name == "Microsoft.ML.AutoML.StandIn";
}
