using System.Text.Json.Nodes;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The transformer fitted by <see cref="JointAutoencoderEstimator"/>, for the rows of one of the two sets: adds their content and, if
/// requested, style, probabilities, prediction and reconstruction. All are computed from posterior means, without random draws.
/// </summary>
public sealed class JointAutoencoderTransformer : FeatureTransformer
{
    internal const string Kind = "JointAutoencoder";

    private readonly EncoderColumns _columns;
    private readonly string _auxiliaryInput;
    private readonly JointTrainingResult _result;

    internal JointAutoencoderTransformer(EncoderColumns columns, string auxiliaryInput, JointAutoencoderOptions options,
        JointTrainingResult result, JointSide side)
        : base(new FeatureInput(side == JointSide.Primary ? columns.Input : auxiliaryInput, Length: null, result.Model.Input(side)),
            [.. columns.Outputs(result.Model.ContentSize, result.Model.Input(side).Width, result.Model.StyleSize(side))])
    {
        _columns = columns;
        _auxiliaryInput = auxiliaryInput;
        _result = result;
        Options = options;
        Side = side;
    }

    /// <summary>The training settings.</summary>
    public JointAutoencoderOptions Options { get; }

    /// <summary>The set whose rows it transforms: the primary set after fitting, the auxiliary set for <see cref="Auxiliary"/>.</summary>
    public JointSide Side { get; }

    /// <summary>The transformer for primary rows.</summary>
    public JointAutoencoderTransformer Primary => For(JointSide.Primary);

    /// <summary>The transformer for auxiliary rows: it reads the auxiliary set's column and adds the same columns.</summary>
    /// <exception cref="InvalidOperationException">
    /// The mode is <see cref="JointMode.Single"/>, which learns nothing from the auxiliary set.
    /// </exception>
    public JointAutoencoderTransformer Auxiliary => Options.Mode == JointMode.Single
        ? throw new InvalidOperationException("The mode is Single: the auxiliary set was not learned.")
        : For(JointSide.Auxiliary);

    /// <summary>The networks and the classifier, with their weights.</summary>
    public JointAutoencoder Model => _result.Model;

    /// <summary>The losses of every finished epoch.</summary>
    public IReadOnlyList<TrainingProgress> History => _result.History;

    /// <summary>Why training stopped.</summary>
    public StopReason StopReason => _result.StopReason;

    /// <summary>The epoch whose weights the model has, from 1.</summary>
    public int BestEpoch => _result.BestEpoch;

    /// <summary>Problems that did not stop training, one sentence each.</summary>
    public IReadOnlyList<string> Warnings => _result.Warnings;

    /// <summary>The name of the content column.</summary>
    public string OutputColumnName => _columns.Embedding;

    internal ClassLabels Labels => _columns.Labels!;

    private JointAutoencoderTransformer For(JointSide side) => side == Side
        ? this
        : new JointAutoencoderTransformer(_columns, _auxiliaryInput, Options, _result, side);

    internal override RowSession Open(int capacity, int threads)
    {
        var session = new JointEncoderSession(Model, Side, threads);
        bool buffers = _columns is { PredictedLabel: not null, Score: null };
        var buffer = new float[buffers ? capacity * Model.ClassCount : 0];
        return new RowSession(this, capacity, rows => Encode(session, rows, buffer), session);
    }

    /// <param name="session">The session of the model.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="buffer">Receives the probabilities if they are not a column; empty if they are.</param>
    private void Encode(JointEncoderSession session, RowSession rows, float[] buffer)
    {
        Span<float> probabilities = buffer.Length > 0
            ? buffer.AsSpan(0, rows.Batch.Count * Model.ClassCount)
            : rows.Vectors(_columns.Score);
        session.Encode(rows.Batch, rows.Vectors(_columns.Embedding), probabilities, rows.Vectors(_columns.Style),
            rows.Vectors(_columns.Reconstruction));
        if (_columns.PredictedLabel is not null)
            rows.SetClasses(probabilities);
    }

    internal override SavedModel Save() => new(Kind, new JsonObject
    {
        ["side"] = Side.ToString(),
        ["content"] = _columns.Embedding,
        ["input"] = _columns.Input,
        ["auxiliaryInput"] = _auxiliaryInput,
        ["labels"] = Labels.ToJson(),
        ["options"] = ModelJson.Write(Options),
        ["history"] = ModelJson.Write(History),
        ["stopReason"] = StopReason.ToString(),
        ["bestEpoch"] = BestEpoch,
        ["warnings"] = Warnings.Count == 0 ? null : ModelJson.Write(Warnings.ToArray()),
    }, SavedArray.Of(Model.Parameters));

    internal static JointAutoencoderTransformer Read(SavedModel saved)
    {
        var options = saved.Setting<JointAutoencoderOptions>("options");
        SettingFaults.Throw(options.ArchitectureFaults());
        ClassLabels labels = ClassLabels.FromJson(saved.Setting<JsonObject>("labels"));
        var engine = WeightStore.Engine;
        var model = new JointAutoencoder(engine, options, labels.Count);
        saved.SetParameters(engine, model.Parameters);
        EncoderColumns columns = Columns(saved.Setting<string>("input"), saved.Setting<string>("content"), options, labels);
        var result = new JointTrainingResult(model, saved.History(), saved.Setting<StopReason>("stopReason"),
            saved.Setting<int>("bestEpoch"))
        {
            Warnings = saved.Optional<string[]>("warnings") ?? [],
        };
        return new JointAutoencoderTransformer(
            columns, saved.Setting<string>("auxiliaryInput"), options, result, saved.Setting<JointSide>("side"));
    }

    internal static EncoderColumns Columns(string input, string content, JointAutoencoderOptions options, ClassLabels labels) =>
        new(input, content)
        {
            Style = options.StyleColumnName,
            Score = options.ScoreColumnName,
            PredictedLabel = options.PredictedLabelColumnName,
            Reconstruction = options.ReconstructionColumnName,
            Labels = labels,
        };
}
