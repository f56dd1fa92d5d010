namespace Disentangle.ML.Evaluators;

/// <summary>The distance between two points.</summary>
public enum SilhouetteDistance
{
    /// <summary>|x - y|.</summary>
    Euclidean,

    /// <summary>1 - x·y / (|x| |y|), from 0 to 2; 1 if a point is 0.</summary>
    Cosine,
}
