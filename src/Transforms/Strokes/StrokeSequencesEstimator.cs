using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Converts images to pen strokes, row by row; see <see cref="StrokeSequences"/>. It does not learn from the data. The fitted transformer
/// is a chain of stock transformers, so it is saved in the model file and loaded without registration.
/// </summary>
public sealed class StrokeSequencesEstimator : IEstimator<TransformerChain<ITransformer>>
{
    /// <summary>The name prefix of columns that exist only inside the chain.</summary>
    internal const string Prefix = StockChain.Prefix + "Strokes.";

    private readonly string _input;
    private readonly int _width;
    private readonly int _height;
    private readonly EstimatorChain<ITransformer> _chain;

    /// <summary>Creates an estimator.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">
    /// The strokes: a vector of Single of unknown size, <see cref="StrokeSequences.StepSize"/> values per step.
    /// </param>
    /// <param name="inputColumnName">
    /// The image: a vector of Single from 0 to 1, row by row. Null: the same as <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="width">Pixels in a row. At least 1.</param>
    /// <param name="height">Rows. At least 1.</param>
    /// <exception cref="ArgumentException">A name is empty, a side is less than 1, or there are too many pixels.</exception>
    internal StrokeSequencesEstimator(TransformsCatalog catalog, string outputColumnName, string? inputColumnName, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if ((long)width * height > Array.MaxLength)
            throw new ArgumentException($"{width} by {height} pixels are more than {Array.MaxLength}, the maximum of a vector.");
        _input = inputColumnName ?? outputColumnName;
        ArgumentException.ThrowIfNullOrWhiteSpace(_input, nameof(inputColumnName));
        (_width, _height) = (width, height);
        // A constant for all rows has to be looked up by a constant key, like the payload of a StockChain.
        _chain = new EstimatorChain<ITransformer>()
            .Append(catalog.CustomMapping(new PayloadKeyFactory().GetMapping(), PayloadKeyFactory.Contract))
            .Append(catalog.Conversion.MapValue(
                Prefix + "Size", [KeyValuePair.Create(PayloadKey.Value, new[] { width, height })], StockChain.Prefix + "Key"))
            .Append(catalog.Conversion.MapValue(Prefix + "Column", [KeyValuePair.Create(PayloadKey.Value, _input)],
                StockChain.Prefix + "Key"))
            // As in a StockChain: a loaded chain reports a column it cannot read by the user's column name.
            .Append(catalog.Conversion.ConvertType(Prefix + "Pixels", _input, DataKind.Single))
            .Append(catalog.Concatenate(Prefix + "Pixels", Prefix + "Pixels"))
            .Append(catalog.CustomMapping(new StrokeFactory().GetMapping(), StrokeFactory.Contract))
            .Append(catalog.CopyColumns(outputColumnName, Prefix + "Steps"))
            .Append<ITransformer>(catalog.DropColumns(
                StockChain.Prefix + "Key", StockChain.Prefix + "Length", Prefix + "Pixels", Prefix + "Size", Prefix + "Column",
                Prefix + "Steps"));
    }

    /// <summary>Creates the transformer. The data is not read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The image's column is missing or of the wrong type or size.</exception>
    public TransformerChain<ITransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewType type = Schemas.Column(input.Schema, _input, "image").Type;
        if (type is not VectorDataViewType vector || vector.ItemType != NumberDataViewType.Single || (vector.Size != 0
            && vector.Size != _width * _height))
            throw WrongType(type.ToString()!);
        return _chain.Fit(input);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The image's column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column image = Schemas.Column(inputSchema, _input, "image");
        if (image.Kind == SchemaShape.Column.VectorKind.Scalar || image.ItemType != NumberDataViewType.Single)
            throw WrongType($"{image.Kind} of {image.ItemType}");
        return _chain.GetOutputSchema(inputSchema);
    }

    private ArgumentOutOfRangeException WrongType(string actual) =>
        Schemas.WrongType(_input, "image", actual, $"a vector of Single that holds the {_width * _height} pixels of {_width} x {_height}");
}
