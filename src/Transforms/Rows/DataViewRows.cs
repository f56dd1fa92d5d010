using System.Text.Json.Nodes;
using Disentangle.ML.Trainers;
using Microsoft.ML;

namespace Disentangle.ML.Transforms;

/// <summary>The rows of a data view, as a source of training rows.</summary>
internal sealed class DataViewRows : IRowSource
{
    private readonly IDataView _view;
    private readonly FeatureColumns _features;
    private readonly DataViewSchema.Column? _label;
    private readonly InputShape _shape;

    private readonly string? _lengthName;
    private readonly int? _stepSize;
    private readonly string? _data;

    /// <param name="view">The rows.</param>
    /// <param name="features">The column of features.</param>
    /// <param name="length">The column with the number of steps of padded sequences, or null.</param>
    /// <param name="label">The column of labels, or null.</param>
    /// <param name="stepSize">The number of values in a step of a sequence; null for a vector of known size.</param>
    /// <param name="data">For messages: which data this is; null if there is only one set.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public DataViewRows(IDataView view, string features, string? length, string? label, int? stepSize, string? data = null)
    {
        (_view, _lengthName, _stepSize, _data) = (view, length, stepSize, data);
        _features = FeatureColumns.Find(view.Schema, features, length, stepSize, data);
        _label = label is null ? null : Schemas.Column(view.Schema, label, "label", data);
        Labels = _label is { } column ? ClassLabels.Of(column, data) : null;
        InputSize = _features.InputSize(stepSize);
        _shape = new InputShape(InputSize, stepSize is not null);
    }

    /// <summary>The classes; null without a label column.</summary>
    public ClassLabels? Labels { get; }

    /// <summary>The number of features in a row, or in a step of a sequence.</summary>
    public int InputSize { get; }

    public IRowCursor Open() => new Cursor(this);

    /// <summary>Opens validation rows with the same columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of the wrong type or size, or has other classes.</exception>
    public DataViewRows ForValidation(IDataView view)
    {
        string features = _features.Features.Name;
        var validation = new DataViewRows(view, features, _lengthName, _label?.Name, _stepSize, "validation data");
        if (validation.InputSize != InputSize)
        {
            throw new ArgumentOutOfRangeException("ValidationData",
                $"The feature column '{features}' has {validation.InputSize} values in the validation data "
                + $"and {InputSize} in the training data.");
        }
        if (!JsonNode.DeepEquals(validation.Labels?.ToJson(), Labels?.ToJson()))
        {
            throw new ArgumentOutOfRangeException("ValidationData",
                $"The label column '{_label?.Name}' has different classes, or the same in a different order, "
                + "in the validation and training data; "
                + "map both to keys with the same fitted transformer.");
        }
        return validation;
    }

    private sealed class Cursor : IRowCursor
    {
        private readonly DataViewRowCursor _cursor;
        private readonly FeatureReader _reader;
        private readonly Func<int>? _label;

        public Cursor(DataViewRows rows)
        {
            _cursor = rows._view.GetRowCursor(rows._label is { } label ? [.. rows._features.All, label] : rows._features.All);
            _reader = new FeatureReader(_cursor, rows._features, rows._shape, rows._data);
            _label = rows._label is { } column ? ClassLabels.Reader(_cursor, column) : null;
        }

        public ReadOnlySpan<float> ReadFeatures() => _reader.Read();

        public int ReadLabel() => _label?.Invoke() ?? -1;

        public bool MoveNext() => _cursor.MoveNext();

        public void Dispose() => _cursor.Dispose();
    }
}
