namespace Disentangle.ML.Trainers.Tests;

/// <summary>Options without anything of ML.NET.</summary>
internal sealed record TestOptions : EncoderTrainingOptions
{
    public override Network Network { get; init; } = Network.Mlp([16], 4);

    public override Objective Objective { get; init; } = Objective.CrossEntropy() + Objective.RowMargin();
}
