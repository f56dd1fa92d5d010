using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Tool;

/// <summary>A model that <c>disentangle fit</c> saved.</summary>
internal sealed class SavedModel
{
    private readonly string _path;

    /// <exception cref="InputException">The file is not there or no such model.</exception>
    public SavedModel(MLContext ml, FileInfo file)
    {
        _path = file.ToString();
        if (!file.Exists)
            throw new InputException($"There is no file '{_path}'.");
        Transformer = DisentangleModel.Load(ml, _path, out DataViewSchema? inputs).Transformer;
        if (inputs is null || inputs.Any(column => column.Type is not TextDataViewType && column.Type != NumberDataViewType.Single))
            throw Other();
        Inputs = inputs;
        DataViewSchema outputs = Transformer.GetOutputSchema(inputs);
        if (new[] { ModelColumns.Embedding, ModelColumns.Cluster }.Any(name => outputs.GetColumnOrNull(name) is null))
            throw Other();

        InputException Other() => new($"'{_path}' was not saved by 'disentangle fit'; its columns are others.");
    }

    public ITransformer Transformer { get; }

    /// <summary>The columns that the model reads, each a Single or a text.</summary>
    public DataViewSchema Inputs { get; }

    /// <summary>Applies the model to a file that has its columns, in any order.</summary>
    /// <param name="table">The file.</param>
    /// <param name="others">Other columns to read, for example labels.</param>
    /// <exception cref="InputException">A column is not there, or a field is not a number where the model needs one.</exception>
    public IDataView Transform(CsvTable table, params IEnumerable<string> others)
    {
        TableColumn[] inputs = [.. Inputs.Select(column =>
            column.Type is TextDataViewType ? (TableColumn)TextColumn.Read(table, column.Name) : NumberColumn.Read(table, column.Name))];
        IEnumerable<TableColumn> rest = others.Except(inputs.Select(column => column.Name)).Select(name => TableColumn.Read(table, name));
        return Transformer.Transform(new TableView([.. inputs, .. rest]));
    }
}
