namespace Disentangle.ML.Trainers;

/// <summary>One pass over rows.</summary>
public interface IRowCursor : IDisposable
{
    /// <summary>Advances to the next row; returns false after the last one.</summary>
    bool MoveNext();

    /// <summary>Reads the features of the current row. The span is overwritten by the next call and the next row.</summary>
    /// <exception cref="InvalidDataException">The row has another size than the others, or a feature is NaN or infinite.</exception>
    ReadOnlySpan<float> ReadFeatures();

    /// <summary>Reads the class of the current row; -1 if it has none.</summary>
    int ReadLabel();
}
