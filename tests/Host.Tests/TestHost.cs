using Microsoft.ML;

namespace Disentangle.ML.Host.Tests;

/// <summary>What the tests share.</summary>
internal static class TestHost
{
    /// <summary>True where the tests run on the stand-in and not on the real ML.NET.</summary>
    public static bool IsStandIn { get; } = typeof(MLContext).Assembly.GetName().Name == "Microsoft.ML.StandIn";
}
