using Disentangle.ML.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A convolutional network for texts (Kim 2014): filters over consecutive words, max-pooling of each filter over the text, then fully
/// connected layers. The last layer is the embedding. A text is a sequence of word vectors, or of word indices whose vectors are learned.
/// Texts shorter than a filter are padded with zeros.
/// </summary>
public sealed record TextCnnNetwork : Network
{
    private readonly ValueList<int> _widths = new([3, 4, 5]);
    private readonly ValueList<int> _hidden = new([]);

    /// <summary>The number of values in a word vector, whether given in the data or learned. Default 100.</summary>
    public int WordSize { get; init; } = 100;

    /// <summary>
    /// The number of words whose vectors are learned. A step is then one value, the index of a word: 0 or more and less than this.
    /// Default 0: the data contain the word vectors.
    /// </summary>
    public int VocabularySize { get; init; }

    /// <summary>The numbers of words the filters span. Default: 3, 4, 5.</summary>
    public IReadOnlyList<int> Widths { get => _widths; init => _widths = new(value); }

    /// <summary>The number of filters of each width. Default 100.</summary>
    public int Filters { get; init; } = 100;

    /// <summary>The sizes of the fully connected layers before the embedding, in order. Default: none.</summary>
    public IReadOnlyList<int> Hidden { get => _hidden; init => _hidden = new(value); }

    /// <summary>The size of the embedding. Default 64.</summary>
    public int Embedding { get; init; } = 64;

    /// <summary>The activation of every layer. Default ReLU.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>
    /// The activation of the embedding. Default null: <see cref="Activation"/>, or none if embeddings are scaled to length 1, so that they
    /// use the whole sphere.
    /// </summary>
    public Activation? EmbeddingActivation { get; init; }

    /// <summary>The dropout rate on the word vectors in training; 0 or more and less than 1. Default 0.</summary>
    public float InputDropout { get; init; }

    /// <summary>
    /// The dropout rate before each fully connected layer in training; 0 or more and less than 1. Default 0.5, as in the paper.
    /// </summary>
    public float Dropout { get; init; } = 0.5f;

    /// <summary>
    /// The distribution of the initial weights. Default <see cref="WeightInitialization.FanInUniform"/>. Word vectors are uniform in
    /// ±0.25.
    /// </summary>
    public WeightInitialization Initialization { get; init; } = WeightInitialization.FanInUniform;

    /// <inheritdoc/>
    public override int EmbeddingSize => Embedding;

    internal override bool ReadsWordNumbers => VocabularySize > 0;

    internal override SequenceSummary Comparison => new(IsMean: true);

    internal override Network ForDirections() =>
        EmbeddingActivation is null ? this with { EmbeddingActivation = Tensors.Activation.Identity } : this;

    /// <inheritdoc/>
    public override int? StepSize => VocabularySize > 0 ? 1 : WordSize;

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (Widths.Count == 0 || Widths.Any(width => width < 1))
            yield return $"Network.Widths is [{string.Join(", ", Widths)}]; there must be at least one, and each must be at least 1.";
        foreach (string fault in (IEnumerable<string>)
        [
            .. SettingFaults.AtLeast(1, "Network.WordSize", WordSize),
            .. SettingFaults.AtLeast(0, "Network.VocabularySize", VocabularySize),
            .. SettingFaults.AtLeast(1, "Network.Filters", Filters),
            .. SettingFaults.LayerSizes("Network.Hidden", Hidden),
            .. SettingFaults.AtLeast(1, "Network.Embedding", Embedding),
            .. SettingFaults.DropoutRate("Network.InputDropout", InputDropout),
            .. SettingFaults.DropoutRate("Network.Dropout", Dropout),
            .. SettingFaults.Defined("Network.Activation", Activation),
            .. SettingFaults.Defined("Network.Initialization", Initialization),
        ])
        {
            yield return fault;
        }
    }

    /// <inheritdoc/>
    public override NetworkModule Build(Engine engine, int inputSize, Random random)
    {
        Sequences.RequireStepSize(StepSize!.Value, inputSize);
        InitialWeights.Reserve("words", VocabularySize, WordSize);
        var table = new Shape(VocabularySize, WordSize);
        Parameter? words = VocabularySize == 0 ? null
            : engine.CreateParameter("words.weight", table, InitialWeights.Uniform(table.Length, 0.25, random));
        WordFilters[] filters = [.. Widths.Select((width, i) => new WordFilters(engine, $"filters{i}", width, this, random))];
        DenseSettings[] layers =
            [.. DenseStack.Hidden(Hidden, Activation), new("embedding", Embedding, EmbeddingActivation ?? Activation)];
        return new Module(this, words, filters, new DenseStack(engine, Widths.Count * Filters, layers, Initialization, random, Dropout));
    }

    private sealed class Module(TextCnnNetwork settings, Parameter? words, WordFilters[] filters, DenseStack dense) : NetworkModule
    {
        private readonly int _widest = filters.Max(filter => filter.Width);

        public override IReadOnlyList<Parameter> Parameters { get; } =
        [
            .. words is null ? Array.Empty<Parameter>() : [words],
            .. filters.SelectMany(filter => filter.Parameters),
            .. dense.Parameters,
        ];

        public override IReadOnlyList<LayerOutput> Forward(Engine engine, NetworkInput input)
        {
            ReadOnlySpan<int> lengths = input.Lengths.Span;
            Tensor vectors = words is null ? input.Values : LookUp(engine, words.Value, input.Values, lengths);
            vectors = engine.Dropout(vectors, settings.InputDropout);
            if (engine is not ISequenceRecorder)
                vectors = Sequences.Extended(engine, vectors, lengths, _widest);

            var layers = new List<LayerOutput>();
            var greatest = new Tensor[filters.Length];
            for (int i = 0; i < filters.Length; i++)
            {
                layers.Add(filters[i].Forward(engine, vectors, lengths, _widest));
                greatest[i] = layers[i].Output;
            }
            dense.Forward(engine, engine.Dropout(engine.Concatenate(greatest, 1), settings.Dropout), layers);
            return layers;
        }

        private Tensor LookUp(Engine engine, Tensor table, Tensor numbers, ReadOnlySpan<int> lengths) =>
            engine is ISequenceRecorder recorder
            ? recorder.LookUp(table, numbers)
            : engine.GatherRows(table, WordNumbers(numbers, lengths));

        private int[] WordNumbers(Tensor values, ReadOnlySpan<int> lengths)
        {
            float[] words = values.ToArray();
            var numbers = new int[words.Length];
            for (int i = 0; i < words.Length; i++)
            {
                if (!(words[i] >= 0 && words[i] < settings.VocabularySize && float.IsInteger(words[i])))
                    throw NotAWord(words[i], i, lengths);
                numbers[i] = (int)words[i];
            }
            return numbers;
        }

        private ArgumentException NotAWord(float value, int step, ReadOnlySpan<int> lengths)
        {
            int text = 0;
            for (; step >= lengths[text]; text++)
                step -= lengths[text];
            int size = settings.VocabularySize;
            return new ArgumentException(Invariant(
                $"Word {step} (from 0) of text {text} in the batch is {value}; ")
                + $"with Network.VocabularySize {size} it must be an integer from 0 to {size - 1}.");
        }
    }

    /// <summary>The filters of one width.</summary>
    private sealed class WordFilters
    {
        private readonly Parameter _weight;
        private readonly Parameter _bias;
        private readonly Activation _activation;

        public WordFilters(Engine engine, string name, int width, TextCnnNetwork settings, Random random)
        {
            (Width, _activation) = (width, settings.Activation);
            InitialWeights.Reserve(name, settings.Filters, width, settings.WordSize);
            (float[] weights, float[] biases) =
                InitialWeights.Draw(settings.Filters, width * settings.WordSize, width * settings.Filters, settings.Initialization,
                    random);
            _weight = engine.CreateParameter($"{name}.weight", new Shape(settings.Filters, width, settings.WordSize), weights);
            _bias = engine.CreateParameter($"{name}.bias", new Shape(settings.Filters), biases);
        }

        public int Width { get; }

        public IEnumerable<Parameter> Parameters => [_weight, _bias];

        /// <summary>The greatest value of each filter in each text.</summary>
        /// <param name="engine">The engine.</param>
        /// <param name="vectors">The word vectors of the concatenated texts, each with at least <paramref name="shortest"/> words.</param>
        /// <param name="lengths">The number of words in each text before padding.</param>
        /// <param name="shortest">At least <see cref="Width"/>.</param>
        public LayerOutput Forward(Engine engine, Tensor vectors, ReadOnlySpan<int> lengths, int shortest)
        {
            Shape filters = _weight.Value.Shape;
            Tensor rows = engine.Reshape(_weight.Value, new Shape(filters[0], filters[1] * filters[2]));
            if (engine is ISequenceRecorder recorder)
                return new LayerOutput(recorder.GreatestWindow(vectors, _weight.Value, _bias.Value, _activation), rows);

            // One convolution over the whole batch. Windows that reach into the next text are computed but unused.
            Tensor batch = engine.Reshape(vectors, new Shape(1, vectors.Shape[0], vectors.Shape[1]));
            Tensor windows = engine.Convolution1D(batch, _weight.Value, _bias.Value, Padding.Valid, _activation);
            windows = engine.Reshape(windows, new Shape(windows.Shape[1], windows.Shape[2]));

            var counts = new int[lengths.Length];
            var firsts = new int[lengths.Length];
            for (int i = 0, first = 0; i < counts.Length; i++)
            {
                (counts[i], firsts[i]) = (Math.Max(lengths[i], Width) - Width + 1, first);
                first += Math.Max(lengths[i], shortest);
            }
            return new LayerOutput(GreatestOf(engine, windows, firsts, counts), rows);
        }

        /// <summary>
        /// The greatest value of each column in each range of rows. Ranges are padded to a common length in groups whose lengths differ by
        /// a factor of at most 2, so that one long text does not lengthen the others.
        /// </summary>
        private static Tensor GreatestOf(Engine engine, Tensor windows, int[] firsts, int[] counts)
        {
            int[] order = [.. Enumerable.Range(0, counts.Length)];
            if (counts.Max() <= 2 * counts.Min())
                return Greatest(order);
            order = [.. order.OrderBy(i => counts[i])];
            var groups = new List<Tensor>();
            for (int start = 0, end; start < order.Length; start = end)
            {
                for (end = start + 1; end < order.Length && counts[order[end]] <= 2 * counts[order[start]];)
                    end++;
                groups.Add(Greatest(order[start..end]));
            }
            var places = new int[order.Length];
            for (int place = 0; place < order.Length; place++)
                places[order[place]] = place;
            return engine.GatherRows(engine.Concatenate(groups.ToArray(), 0), places);

            Tensor Greatest(int[] texts)
            {
                int most = texts.Max(text => counts[text]);
                var source = new int[texts.Length * most];
                for (int i = 0; i < source.Length; i++)
                    source[i] = firsts[texts[i / most]] + Math.Min(i % most, counts[texts[i / most]] - 1);
                Tensor byText = engine.Reshape(engine.GatherRows(windows, source), new Shape(texts.Length, most, windows.Shape[1]));
                return engine.MaxOverTime(byText, Array.ConvertAll(texts, text => counts[text]));
            }
        }
    }
}
