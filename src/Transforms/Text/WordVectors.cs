using System.Globalization;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Word vectors, such as those published by GloVe, fastText and word2vec. A word that is not found as written is looked up in lower case.
/// All unknown words share one vector, drawn uniformly from ±0.25 with a seed. Immutable and thread-safe.
/// </summary>
public sealed class WordVectors
{
    private const int ValuesInBlock = 1 << 18;
    private const int LongestLine = 1 << 22;
    private const double UnknownRange = 0.25;

    private readonly List<string> _words = [];
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    // Blocks instead of one array, which would need more memory while it is copied to grow.
    private readonly List<float[]> _blocks = [];
    private readonly int _wordsInBlock;
    private readonly float[] _unknown;

    private WordVectors(float[] unknown)
    {
        _unknown = unknown;
        _wordsInBlock = Math.Max(1, ValuesInBlock / Math.Max(1, unknown.Length));
        _bySpan = _indices.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The number of values in a vector.</summary>
    public int Dimension => _unknown.Length;

    /// <summary>The number of words.</summary>
    public int Count => _words.Count;

    /// <summary>The words, in the order of the file; published files are sorted by frequency.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>The vector shared by all unknown words.</summary>
    public ReadOnlySpan<float> Unknown => _unknown;

    /// <summary>The vector of a word as written, otherwise in lower case, otherwise <see cref="Unknown"/>.</summary>
    public ReadOnlySpan<float> this[ReadOnlySpan<char> word] => IndexOf(word) is >= 0 and int index ? VectorAt(index) : _unknown;

    /// <summary>Whether a word has a vector, as written or in lower case.</summary>
    public bool Contains(ReadOnlySpan<char> word) => IndexOf(word) >= 0;

    /// <summary>
    /// Loads a text file in the format of GloVe: one word per line, followed by its values, separated by single spaces. A word may contain
    /// spaces. The size of the vectors is that of most of the first lines. In files of word2vec and fastText the first line holds two
    /// integers, the numbers of words and of values; the rest of the file must match it.
    /// </summary>
    /// <param name="path">The file, in UTF-8; plain or gzip, whatever its name.</param>
    /// <param name="maximumWords">
    /// The maximum number of words to read, from the first, which is the most frequent. At least 1. All words are saved in the model, so
    /// this determines its size. Default null: all.
    /// </param>
    /// <param name="seed">The seed of the vector of unknown words. Default 0.</param>
    /// <param name="skipFaultyLines">
    /// Whether to skip faulty lines, accept a wrong word count in the first line, and use the first of duplicate words. Default false:
    /// these are errors.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// The file is empty, damaged or not text, its first line does not match the others, or lines are faulty: a value is not a finite
    /// number, the number of values differs from most lines, bytes are not UTF-8, or a word is a duplicate. The message lists the line
    /// numbers.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static WordVectors Load(string path, int? maximumWords = null, int seed = 0, bool skipFaultyLines = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumWords ?? 1, 1, nameof(maximumWords));
        using var lines = new TextLines(path, LongestLine);
        return Read(lines, path, maximumWords ?? int.MaxValue, seed, skipFaultyLines);
    }

    /// <summary>Creates word vectors from values in memory.</summary>
    /// <param name="vectors">The words and their vectors, all of one size; at least one.</param>
    /// <param name="seed">The seed of the vector of unknown words. Default 0.</param>
    /// <exception cref="ArgumentException">
    /// There are no vectors, a word is a duplicate, or a vector has a different size or is not finite.
    /// </exception>
    public static WordVectors Create(IEnumerable<KeyValuePair<string, float[]>> vectors, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        WordVectors? result = null;
        foreach ((string word, float[] vector) in vectors)
        {
            if (word is null || vector is null)
                throw new ArgumentException(word is null ? "A word is null." : $"The vector of '{word}' is null.", nameof(vectors));
            result ??= new WordVectors(DrawUnknown(vector.Length, seed));
            if (vector.Length != result.Dimension || vector.Length == 0)
            {
                throw new ArgumentException(
                    $"The vector of '{word}' has {vector.Length} values and the first one has {result.Dimension}; "
                    + "all must have the same number, at least 1.", nameof(vectors));
            }
            if (!vector.All(float.IsFinite))
                throw new ArgumentException($"The vector of '{word}' has a value that is NaN or infinite.", nameof(vectors));
            if (!result.Add(word, vector))
                throw new ArgumentException($"Duplicate word '{word}'.", nameof(vectors));
        }
        return result ?? throw new ArgumentException("There are no word vectors; at least one is needed.", nameof(vectors));
    }

    /// <summary>Returns the index of a word, or -1.</summary>
    internal int IndexOf(ReadOnlySpan<char> word)
    {
        if (_bySpan.TryGetValue(word, out int index))
            return index;
        Span<char> lower = word.Length <= 128 ? stackalloc char[word.Length] : new char[word.Length];
        word.ToLowerInvariant(lower);
        return _bySpan.TryGetValue(lower, out index) ? index : -1;
    }

    /// <summary>Returns the vector at an index; that of unknown words for -1.</summary>
    internal ReadOnlySpan<float> VectorAt(int index) =>
        index < 0 ? _unknown : _blocks[index / _wordsInBlock].AsSpan(index % _wordsInBlock * Dimension, Dimension);

    /// <summary>Returns vectors for only the words at some indices; all others are unknown.</summary>
    internal WordVectors Only(IEnumerable<int> indices)
    {
        var result = new WordVectors(_unknown);
        foreach (int index in indices)
            result.Add(_words[index], VectorAt(index));
        return result;
    }

    /// <summary>Returns what a model file stores: the words, and their vectors in order followed by the vector of unknown words.</summary>
    internal (string[] Words, float[] Values) Save()
    {
        var values = new float[(Count + 1) * Dimension];
        for (int i = 0; i < Count; i++)
            VectorAt(i).CopyTo(values.AsSpan(i * Dimension));
        _unknown.CopyTo(values, Count * Dimension);
        return ([.. _words], values);
    }

    /// <summary>Restores vectors from the result of <see cref="Save"/>.</summary>
    internal static WordVectors Restore(string[] words, float[] values)
    {
        int dimension = values.Length / (words.Length + 1);
        var result = new WordVectors(values[^dimension..]);
        for (int i = 0; i < words.Length; i++)
            result.Add(words[i], values.AsSpan(i * dimension, dimension));
        return result;
    }

    private static float[] DrawUnknown(int dimension, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, dimension).Select(_ => (float)((2 * random.NextDouble() - 1) * UnknownRange))];
    }

    private bool Add(string word, ReadOnlySpan<float> vector)
    {
        if (!_indices.TryAdd(word, Count))
            return false;
        if (Count % _wordsInBlock == 0)
            _blocks.Add(new float[_wordsInBlock * Dimension]);
        vector.CopyTo(_blocks[^1].AsSpan(Count % _wordsInBlock * Dimension));
        _words.Add(word);
        return true;
    }

    private static WordVectors Read(TextLines lines, string path, int maximumWords, int seed, bool skipFaultyLines)
    {
        // A word may contain spaces, so the number of values cannot be read from one line, only from many.
        var ahead = new Queue<string>();
        for (long characters = 0; ahead.Count < 1000 && characters < LongestLine && lines.Read() is { } first; characters += first.Length)
            ahead.Enqueue(first);
        (long Words, long Values)? header = ahead.TryPeek(out string? start) ? Header(start) : null;
        if (header is not null)
            ahead.Dequeue();
        if (ahead.Count == 0)
            throw new InvalidDataException($"'{path}' contains no word vectors.");
        int dimension = ahead.Select(ValuesIn).CountBy(values => values).MaxBy(count => count.Value).Key;
        long line = header is null ? 0 : 1;
        if (dimension == 0)
            throw new InvalidDataException(
                $"Line {line + 1} of '{path}' is not a word and its values, separated by spaces.");
        if (header is { Values: var announced } && announced != dimension)
            throw new InvalidDataException(
                $"'{path}' declares vectors of {announced} values in its first line, but its other lines have {dimension}.");

        var result = new WordVectors(DrawUnknown(dimension, seed));
        var vector = new float[dimension];
        var faults = new LineFaults();
        string? text = null;
        while (result.Count < maximumWords && (text = ahead.TryDequeue(out string? next) ? next : lines.Read()) is not null)
        {
            line++;
            if (FaultOf(text, vector, out string word) is { } fault)
                faults.Add(line, fault);
            else if (!result.Add(word, vector))
                faults.Add(line, $"repeats the word {TextLines.Quoted(word)}");
        }
        if (result.Count == 0 || (faults.Count > 0 && !skipFaultyLines))
        {
            throw new InvalidDataException($"'{path}' has {faults} A line must be a word and {dimension} values, as on most lines, "
                + $"separated by spaces; {nameof(skipFaultyLines)} skips other lines.");
        }
        if (text is null && header is { Words: var words } && words != line - 1 && !skipFaultyLines)
        {
            throw new InvalidDataException(
                $"'{path}' declares {words} words in its first line but has {line - 1}: it is truncated, or that line is wrong; "
                + $"{nameof(skipFaultyLines)} reads it anyway.");
        }
        return result;
    }

    /// <summary>The numbers of words and of values, if the line is two integers.</summary>
    private static (long Words, long Values)? Header(string line)
    {
        string[] parts = line.TrimEnd(' ').Split(' ', count: 3);
        return parts.Length == 2 && parts.All(part => part.All(char.IsAsciiDigit))
            && long.TryParse(parts[0], CultureInfo.InvariantCulture, out long words)
                && long.TryParse(parts[1], CultureInfo.InvariantCulture, out long values)
                ? (words, values)
                : null;
    }

    /// <summary>The maximum number of values in a line: the numbers at its end, after at least one word.</summary>
    private static int ValuesIn(string line)
    {
        ReadOnlySpan<char> rest = line.AsSpan().TrimEnd(' ');
        int values = 0;
        for (int space = rest.LastIndexOf(' '); space >= 0 && TryParse(rest[(space + 1)..], out _); space = rest.LastIndexOf(' '))
        {
            values++;
            rest = rest[..space];
        }
        return values;
    }

    /// <summary>Reads a line and returns its fault, or null. Some GloVe words contain spaces, so values are read from the end.</summary>
    private static string? FaultOf(string line, float[] vector, out string word)
    {
        word = "";
        if (line.Contains(TextLines.NotUtf8))
            return "has bytes that are not UTF-8";
        ReadOnlySpan<char> rest = line.AsSpan().TrimEnd(' ');
        for (int i = vector.Length - 1; i >= 0; i--)
        {
            int space = rest.LastIndexOf(' ');
            if (space < 0)
                return $"has {vector.Length - 1 - i} values";
            ReadOnlySpan<char> field = rest[(space + 1)..];
            if (!TryParse(field, out vector[i]) || !float.IsFinite(vector[i]))
                return $"has {TextLines.Quoted(field)} instead of a finite number";
            rest = rest[..space];
        }
        if (rest.IsEmpty)
            return "has no word";
        int last = rest.LastIndexOf(' ');
        if (last >= 0 && TryParse(rest[(last + 1)..], out _))
            return $"has more than {vector.Length} values";
        word = rest.ToString();
        return null;
    }

    private static bool TryParse(ReadOnlySpan<char> field, out float value) =>
        float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    /// <summary>Collects faulty lines: their number, and the faults of the first ones.</summary>
    private sealed class LineFaults
    {
        private const int Named = 10;
        private readonly List<string> _first = [];

        public int Count { get; private set; }

        public void Add(long line, string fault)
        {
            if (++Count <= Named)
                _first.Add($"line {line} {fault}");
        }

        public override string ToString() =>
            $"{Count} faulty {(Count == 1 ? "line" : "lines")}: "
                + $"{string.Join("; ", _first)}{(Count > Named ? $"; and {Count - Named} more" : "")}.";
    }
}
