namespace Disentangle.ML.Trainers;

/// <summary>Collects warnings, each text once, and reports them immediately.</summary>
internal sealed class TrainingWarnings(Action<string>? onWarning)
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All => _all;

    public void Add(string? warning)
    {
        if (warning is null || _all.Contains(warning))
            return;
        _all.Add(warning);
        onWarning?.Invoke(warning);
    }
}
