using Microsoft.ML;
using Microsoft.ML.Data;

namespace Mortality;

/// <summary>A stay as the pipeline reads it.</summary>
public sealed class Patient
{
    public float[] Hours { get; set; } = [];

    public bool Died { get; set; }

    /// <summary>The kind of ICU.</summary>
    public string Unit { get; set; } = "";

    public static IDataView Load(MLContext ml, IEnumerable<Stay> stays, StayFeatures features)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Patient));
        schema[nameof(Hours)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Stay.Hours * StayFeatures.StepSize);
        return ml.Data.LoadFromEnumerable(
            stays.Select(stay => new Patient { Hours = features.Of(stay), Died = stay.Died, Unit = stay.IcuType.ToString() })
                .ToArray(),
            schema);
    }
}
