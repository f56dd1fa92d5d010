using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>Converts a text column to another column with stock transformers.</summary>
internal abstract class TextEstimator : IEstimator<ITransformer>
{
    protected TextEstimator(string output, string input)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(output, "outputColumnName");
        ArgumentException.ThrowIfNullOrWhiteSpace(input, "inputColumnName");
        (Output, Input) = (output, input);
    }

    protected string Output { get; }

    protected string Input { get; }

    protected static MLContext ML { get; } = new();

    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TextColumn.Check(input.Schema, Input);
        return FitCore(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumn.Check(inputSchema, Input);
        return Steps().GetOutputSchema(inputSchema);
    }

    /// <summary>Creates steps whose output has the right shape.</summary>
    protected abstract IEstimator<ITransformer> Steps();

    protected abstract ITransformer FitCore(IDataView input);

    /// <summary>Creates the steps that convert the column to a vector of texts, the input of the mappings.</summary>
    protected EstimatorChain<ITransformer> Texts() => AppendTexts(new EstimatorChain<ITransformer>());

    /// <summary>
    /// Appends the steps that convert the column to a vector of texts. A loaded chain converts numbers to text here, and rejects other
    /// types with a message that names the user's column.
    /// </summary>
    protected EstimatorChain<ITransformer> AppendTexts(EstimatorChain<ITransformer> steps) => steps
        .Append<ITransformer>(ML.Transforms.Conversion.ConvertType(TextsRow.Column, Input, DataKind.String))
        .Append<ITransformer>(ML.Transforms.Concatenate(TextsRow.Column, TextsRow.Column));

    /// <summary>Fits steps that do not depend on the data.</summary>
    protected ITransformer FitToNothing(IEstimator<ITransformer> steps)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(TextRow));
        schema[TextRow.Column].ColumnName = Input;
        return steps.Fit(ML.Data.LoadFromEnumerable(Array.Empty<TextRow>(), schema));
    }

    /// <summary>Reads the words of the data, row by row.</summary>
    protected IEnumerable<ReadOnlyMemory<char>> Words(IDataView data)
    {
        IDataView texts = FitToNothing(Texts()).Transform(data);
        DataViewSchema.Column column = texts.Schema[TextsRow.Column];
        using DataViewRowCursor cursor = texts.GetRowCursor([column]);
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> row = default;
        while (cursor.MoveNext())
        {
            getter(ref row);
            foreach (ReadOnlyMemory<char> word in TextColumn.Words(row))
                yield return word;
        }
    }
}
