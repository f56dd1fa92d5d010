using Disentangle.ML.Trainers;

namespace Disentangle.ML.AutoML;

/// <summary>The weight λ of the center loss.</summary>
public sealed class CenterSpace : LambdaSpace
{
    private protected override Objective Loss => Objective.Center(Lambda);
}
