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

    private readonly JointColumns _columns;
    private readonly JointTrainingResult _result;

    internal JointAutoencoderTransformer(JointColumns columns, JointAutoencoderOptions options, JointTrainingResult result, JointSide side)
        : base(new FeatureInput(columns.Input(side), Length: null, result.Model.Input(side)),
            [.. columns.Added(options, result.Model, side)])
    {
        _columns = columns;
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
    public string OutputColumnName => _columns.Content;

    internal ClassLabels Labels => _columns.Labels;

    private JointAutoencoderTransformer For(JointSide side) => side == Side ? this
        : new JointAutoencoderTransformer(_columns, Options, _result, side);

    internal override RowSession Open(int capacity, int threads) => new Session(this, capacity, threads);

    internal override SavedModel Save() => new(Kind, new JsonObject
    {
        ["side"] = Side.ToString(),
        ["content"] = _columns.Content,
        ["input"] = _columns.PrimaryInput,
        ["auxiliaryInput"] = _columns.AuxiliaryInput,
        ["labels"] = _columns.Labels.ToJson(),
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
        var columns = new JointColumns(saved.Setting<string>("content"), saved.Setting<string>("input"),
            saved.Setting<string>("auxiliaryInput"), labels);
        var result = new JointTrainingResult(model, saved.History(), saved.Setting<StopReason>("stopReason"),
            saved.Setting<int>("bestEpoch"))
        {
            Warnings = saved.Optional<string[]>("warnings") ?? [],
        };
        return new JointAutoencoderTransformer(columns, options, result, saved.Setting<JointSide>("side"));
    }

    private sealed class Session : RowSession
    {
        private readonly JointAutoencoderTransformer _transformer;
        private readonly JointEncoderSession _session;
        private readonly float[] _probabilities;

        public Session(JointAutoencoderTransformer transformer, int capacity, int threads) : base(transformer, capacity)
        {
            _transformer = transformer;
            _session = new JointEncoderSession(transformer.Model, transformer.Side, threads);
            bool onlyPredicts = transformer.Options is { PredictedLabelColumnName: not null, ScoreColumnName: null };
            _probabilities = new float[onlyPredicts ? capacity * transformer.Model.ClassCount : 0];
        }

        public override void Run()
        {
            if (Rows.Count == 0)
                return;
            JointAutoencoderOptions options = _transformer.Options;
            Span<float> probabilities = _probabilities.Length > 0
                ? _probabilities.AsSpan(0, Rows.Count * _transformer.Model.ClassCount)
                : Vectors(options.ScoreColumnName);
            _session.Encode(
                Rows, Vectors(_transformer.OutputColumnName), probabilities, Vectors(options.StyleColumnName),
                    Vectors(options.ReconstructionColumnName));
            if (options.PredictedLabelColumnName is not null)
                SetClasses(probabilities);
        }

        public override void Dispose() => _session.Dispose();
    }
}
