using System.Globalization;
using Disentangle.ML.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>The slots of the probabilities are named after the classes.</summary>
public class SlotNameTests
{
    [Theory]
    [InlineData("Group")]
    [InlineData("Number")]
    [InlineData("Flag")]
    public void Probabilities_have_the_names_of_the_classes(string label)
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        IDataView labelled = label == "Flag" ? data : ml.Transforms.Conversion.MapValueToKey(label).Fit(data).Transform(data);
        DisentangleEncoderEstimator estimator = ml.Transforms.DisentangleEncoder("Embedding", "Features", label, Samples.AllOutputs);
        DisentangleEncoderTransformer transformer = estimator.Fit(labelled);
        string[] names = SlotNames(transformer.Transform(labelled).Schema["Probabilities"]);

        Assert.Equal(ClassNames(labelled.Schema[label]), names);
        SchemaShape shape = ml.Transforms.CustomMapping<Nothing, Sample>((_, _) => { }, null).GetOutputSchema(new SchemaShape([]));
        if (label != "Flag")
            shape = ml.Transforms.Conversion.MapValueToKey(label).GetOutputSchema(shape);
        SchemaShape.Column probabilities = estimator.GetOutputSchema(shape).Single(column => column.Name == "Probabilities");
        Assert.Contains("SlotNames", probabilities.Annotations.Select(annotation => annotation.Name));

        // The stock chain that ml.Model.Load gives has none; the transformer that it stands for has.
        ITransformer loaded = ml.SaveAndLoad(transformer, labelled);
        Assert.Equal(names, SlotNames(DisentangleModel.Open(loaded).Transformer.Transform(labelled).Schema["Probabilities"]));
    }

    private static string[] ClassNames(DataViewSchema.Column label)
    {
        if (label.Type is BooleanDataViewType)
            return ["False", "True"];
        if (label.Annotations.Schema["KeyValues"].Type is VectorDataViewType { ItemType: TextDataViewType })
        {
            VBuffer<ReadOnlyMemory<char>> texts = default;
            label.GetKeyValues(ref texts);
            return [.. texts.DenseValues().Select(text => text.ToString())];
        }
        VBuffer<float> numbers = default;
        label.GetKeyValues(ref numbers);
        return [.. numbers.DenseValues().Select(number => number.ToString(CultureInfo.InvariantCulture))];
    }

    private static string[] SlotNames(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private sealed class Nothing;
}
