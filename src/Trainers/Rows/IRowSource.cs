namespace Disentangle.ML.Trainers;

/// <summary>Rows that can be read repeatedly, always in the same order.</summary>
public interface IRowSource
{
    /// <summary>Opens a cursor over all rows.</summary>
    IRowCursor Open();
}
