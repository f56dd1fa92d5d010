using System.Reflection;
using Disentangle.ML.Sweeps;

namespace Disentangle.ML.Orleans;

/// <summary>The version that drivers and silos of a cluster share. Another version may train another model from the same options.</summary>
internal static class ClusterVersion
{
    /// <summary>Raised when the messages between drivers and silos change.</summary>
    private const int Protocol = 1;

    public static string Current { get; } = $"{Product()} (protocol {Protocol})";

    public static string Mismatch(string driver, string silo) =>
        $"The silo runs Disentangle.ML {silo}, the sweep {driver}; install the same version on all silos and on the driver.";

    private static string Product() =>
        typeof(SweepTrial).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
