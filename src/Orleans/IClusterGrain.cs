namespace Disentangle.ML.Orleans;

/// <summary>Knows the silos that train trials, and which has room for another.</summary>
[Alias("Disentangle.ML.IClusterGrain")]
internal interface IClusterGrain : IGrainWithIntegerKey
{
    /// <summary>Called by each silo every second.</summary>
    [Alias("Announce")]
    Task AnnounceAsync(SiloReport report);

    /// <summary>The silos that have announced themselves lately.</summary>
    [Alias("GetSilos")]
    Task<SiloReport[]> GetSilosAsync();

    /// <summary>Reserves room for a trial on a silo of a version; null if no silo has room.</summary>
    [Alias("Reserve")]
    Task<SiloAddress?> ReserveAsync(string trial, string version);

    /// <summary>Gives the room back.</summary>
    [Alias("Release")]
    Task ReleaseAsync(string trial);
}
