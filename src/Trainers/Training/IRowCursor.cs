namespace Disentangle.ML.Trainers;

/// <summary>One pass over rows.</summary>
public interface IRowCursor : IDisposable
{
    /// <summary>Advances to the next row; returns false after the last one.</summary>
    bool MoveNext();

    /// <summary>The features of the current row; overwritten by the next row.</summary>
    ReadOnlySpan<float> Features { get; }

    /// <summary>The class of the current row; -1 if it has none.</summary>
    int Label { get; }
}
