using Disentangle.ML.Trainers;

namespace Disentangle.ML.AutoML;

/// <summary>The weight λ of Gaussian-COREL.</summary>
public sealed class GaussianCorelSpace : LambdaSpace
{
    private protected override Objective Loss => Objective.GaussianCorel(Lambda);
}
