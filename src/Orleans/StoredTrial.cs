namespace Disentangle.ML.Orleans;

/// <summary>A finished trial in grain storage.</summary>
[GenerateSerializer, Alias("Disentangle.ML.StoredTrial")]
internal sealed class StoredTrial
{
    /// <summary>Null before the trial is finished.</summary>
    [Id(0)]
    public string? Trial { get; set; }

    [Id(1)]
    public int Seed { get; set; }

    /// <summary>The model, if the trial was the best of its sweep so far.</summary>
    [Id(2)]
    public byte[]? Model { get; set; }

    [Id(3)]
    public string? Version { get; set; }
}
