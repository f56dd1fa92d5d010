using Disentangle.ML.Trainers;

namespace Disentangle.ML.AutoML;

/// <summary>The weight λ of categorical COREL.</summary>
public sealed class CategoricalCorelSpace : LambdaSpace
{
    private protected override Objective Loss => Objective.CategoricalCorel(Lambda);
}
