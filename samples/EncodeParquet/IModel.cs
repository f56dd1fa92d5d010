namespace EncodeParquet;

/// <summary>A model that gives columns for the rows of a row group.</summary>
public interface IModel : IDisposable
{
    /// <summary>The columns that it reads.</summary>
    IReadOnlyList<ColumnShape> Inputs { get; }

    /// <summary>The columns that it gives.</summary>
    IReadOnlyList<ColumnShape> Outputs { get; }

    /// <summary>The outputs for all rows.</summary>
    /// <param name="inputs">One column for each of <see cref="Inputs"/>, in their order.</param>
    IReadOnlyList<Column> Run(IReadOnlyList<Column> inputs);
}
