namespace Disentangle.ML.Trainers;

/// <summary>The learning rate's factor at each step.</summary>
public sealed record LearningRateSchedule
{
    private readonly ValueList<float> _stages = new([1, 0.3f, 0.1f]);

    /// <summary>The kind of decay. Default: constant.</summary>
    public LearningRateDecay Decay { get; init; }

    /// <summary>The number of steps of the warm-up; 0 or more. Default 0.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>For <see cref="LearningRateDecay.Step"/>: the number of epochs between steps; at least 1. Default 10.</summary>
    public int StepEpochs { get; init; } = 10;

    /// <summary>For <see cref="LearningRateDecay.Step"/>: the factor; more than 0, at most 1. Default 0.1.</summary>
    public float StepFactor { get; init; } = 0.1f;

    /// <summary>
    /// For <see cref="LearningRateDecay.Stages"/>: the factors, first to last; each more than 0, at most 1. Default: 1, 0.3 and 0.1.
    /// </summary>
    public IReadOnlyList<float> Stages { get => _stages; init => _stages = new(value); }

    /// <summary>Computes the factor at a step.</summary>
    /// <param name="step">Finished steps since training began.</param>
    /// <param name="progress">The finished share of training, 0 to 1.</param>
    /// <param name="epoch">Finished epochs.</param>
    public float Factor(long step, double progress, int epoch)
    {
        double warmup = WarmupSteps == 0 ? 1 : Math.Min(1, (step + 1.0) / WarmupSteps);
        double decay = Decay switch
        {
            LearningRateDecay.Constant => 1,
            LearningRateDecay.Linear => 1 - progress,
            LearningRateDecay.Cosine => 0.5 * (1 + Math.Cos(Math.PI * progress)),
            LearningRateDecay.Step => Math.Pow(StepFactor, epoch / StepEpochs),
            // Rounding may put the share of whole epochs just below the end of a stage.
            _ => Stages[Math.Min(Stages.Count - 1, (int)(progress * Stages.Count + 1e-9))],
        };
        return (float)(warmup * decay);
    }

    /// <summary>Whether the rate at a step depends on the planned length of training.</summary>
    internal bool DependsOnEnd => Decay is LearningRateDecay.Linear or LearningRateDecay.Cosine or LearningRateDecay.Stages;

    internal IEnumerable<string> Faults()
    {
        foreach (string fault in SettingFaults.Defined("Schedule.Decay", Decay))
            yield return fault;
        if (WarmupSteps < 0)
            yield return $"Schedule.WarmupSteps is {WarmupSteps}; it must be 0 or more.";
        if (StepEpochs < 1)
            yield return $"Schedule.StepEpochs is {StepEpochs}; it must be at least 1.";
        if (!(StepFactor > 0 && StepFactor <= 1))
            yield return FormattableString.Invariant($"Schedule.StepFactor is {StepFactor}; it must be greater than 0 and at most 1.");
        if (Stages.Count == 0 || Stages.Any(factor => !(factor > 0 && factor <= 1)))
        {
            string factors = string.Join(", ", Stages.Select(factor => FormattableString.Invariant($"{factor}")));
            yield return $"Schedule.Stages is [{factors}]; at least one factor is needed, each greater than 0 and at most 1.";
        }
    }
}
