using Disentangle.ML.Trainers;

namespace Disentangle.ML.AutoML;

/// <summary>The weight λ of Cosine-COREL.</summary>
public sealed class CosineCorelSpace : LambdaSpace
{
    private protected override Objective Loss => Objective.CosineCorel(Lambda);
}
