namespace Disentangle.ML.Trainers;

/// <summary>Rows that can be passed over again and again, always in the same order.</summary>
public interface IRowSource
{
    /// <summary>Begins a pass.</summary>
    IRowCursor Open();
}

/// <summary>One pass over rows.</summary>
public interface IRowCursor : IDisposable
{
    /// <summary>Goes to the next row; false after the last.</summary>
    bool MoveNext();

    /// <summary>The features of the current row; overwritten by the next.</summary>
    ReadOnlySpan<float> Features { get; }

    /// <summary>The class of the current row; -1 where it has none.</summary>
    int Label { get; }
}

/// <summary>What an encoder is trained on.</summary>
/// <param name="Rows">The rows; a <see cref="RowStore"/> where they are in memory.</param>
/// <param name="InputSize">The number of features in a row, or in a step of a sequence.</param>
/// <param name="ClassCount">The number of classes; 0 where there are no labels.</param>
/// <param name="Validation">Rows to validate with, besides <see cref="TrainingOptions.ValidationFraction"/>; null for none.</param>
public sealed record TrainingData(IRowSource Rows, int InputSize, int ClassCount, IRowSource? Validation = null);
