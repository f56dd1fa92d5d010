using System.Text.Json.Serialization.Metadata;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>The model being trained, as seen by the training state.</summary>
internal interface ITrainingTask
{
    /// <summary>The trained parameters, in a fixed order.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The terms of the objective.</summary>
    IReadOnlyList<LossTerm> Terms { get; }

    /// <summary>The training rows.</summary>
    IEnumerable<IRowSource> Rows { get; }

    /// <summary>Separate validation rows; null if there are none.</summary>
    IRowSource? ValidationRows { get; }

    /// <summary>Distinguishes tasks with the same options by the sizes that depend on the data.</summary>
    string Shape { get; }

    /// <summary>
    /// The type of this library by which checkpoints store the options. What an application's type adds does not affect training.
    /// </summary>
    JsonTypeInfo SettingsType { get; }

    /// <summary>The type that reads stored options; it has their properties.</summary>
    JsonTypeInfo StoredSettingsType => SettingsType;

    /// <summary>The hash of what was prepared before training, such as a neighbour graph; empty if nothing was.</summary>
    string PreparedHash => "";
}
