using System.Globalization;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Vectors of words, as GloVe, fastText and word2vec publish them. A word that is not there as it is written is looked up in lower case; all others share one
/// vector, drawn by a seed from uniform in ±0.25. Immutable, for any number of threads.
/// </summary>
public sealed class WordVectors
{
    private const int ValuesInBlock = 1 << 18;
    private const int LongestLine = 1 << 22;
    private const double UnknownRange = 0.25;

    private readonly List<string> _words = [];
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    // Blocks instead of one array: a growing array would need half as much again while it is copied.
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

    /// <summary>The words, in the order of the file, which is that of their frequency for all usual ones.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>The vector that all unknown words share.</summary>
    public ReadOnlySpan<float> Unknown => _unknown;

    /// <summary>The vector of a word: as it is written, else in lower case, else <see cref="Unknown"/>.</summary>
    public ReadOnlySpan<float> this[ReadOnlySpan<char> word] => IndexOf(word) is >= 0 and int index ? VectorAt(index) : _unknown;

    /// <summary>Whether a word has a vector, as it is written or in lower case.</summary>
    public bool Contains(ReadOnlySpan<char> word) => IndexOf(word) >= 0;

    /// <summary>
    /// Reads a text file as GloVe has it: a line a word, the word and its values separated by single spaces; a word may have spaces in
    /// it. The vectors are as long as those of most of the first lines. word2vec and fastText write a first line of two whole numbers,
    /// the number of words and of values; the file must agree with it.
    /// </summary>
    /// <param name="path">The file, in UTF-8; plain or gzip, whatever its name.</param>
    /// <param name="maximumWords">
    /// The number of words to read, from the first, which is the most frequent one; at least 1. A model keeps them all, so this decides its size. Default
    /// null: all.
    /// </param>
    /// <param name="seed">What the vector of unknown words is drawn by. Default 0.</param>
    /// <param name="skipFaultyLines">
    /// Whether lines at fault are left out, and a first line that counts other words is accepted; of a word that stands twice the first
    /// line counts. Default false: they are an error.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// The file is empty, a damaged gzip file or no text, its first line contradicts the others, or lines are at fault: without a finite
    /// number where one should be, with more or fewer values than most have, with bytes that are not UTF-8, or with a word that was there
    /// before. One message names them by their number.
    /// </exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static WordVectors Load(string path, int? maximumWords = null, int seed = 0, bool skipFaultyLines = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumWords ?? 1, 1, nameof(maximumWords));
        using var lines = new TextLines(path, LongestLine);
        return Read(lines, path, maximumWords ?? int.MaxValue, seed, skipFaultyLines);
    }

    /// <summary>Vectors of your own.</summary>
    /// <param name="vectors">The words and their vectors, all of one size; at least one.</param>
    /// <param name="seed">What the vector of unknown words is drawn by. Default 0.</param>
    /// <exception cref="ArgumentException">There are none, a word stands twice, or a vector is of another size or not finite.</exception>
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
                    $"The vector of '{word}' has {vector.Length} values and the first one {result.Dimension}; all need as many, at least 1.", nameof(vectors));
            }
            if (!vector.All(float.IsFinite))
                throw new ArgumentException($"The vector of '{word}' has a value that is NaN or infinite.", nameof(vectors));
            if (!result.Add(word, vector))
                throw new ArgumentException($"The word '{word}' stands twice.", nameof(vectors));
        }
        return result ?? throw new ArgumentException("There are no word vectors; at least one is needed.", nameof(vectors));
    }

    /// <summary>The position of a word, or -1.</summary>
    internal int IndexOf(ReadOnlySpan<char> word)
    {
        if (_bySpan.TryGetValue(word, out int index))
            return index;
        Span<char> lower = word.Length <= 128 ? stackalloc char[word.Length] : new char[word.Length];
        word.ToLowerInvariant(lower);
        return _bySpan.TryGetValue(lower, out index) ? index : -1;
    }

    /// <summary>The vector at a position; of unknown words at -1.</summary>
    internal ReadOnlySpan<float> VectorAt(int index) =>
        index < 0 ? _unknown : _blocks[index / _wordsInBlock].AsSpan(index % _wordsInBlock * Dimension, Dimension);

    /// <summary>The words at some positions only; all others are unknown.</summary>
    internal WordVectors Only(IEnumerable<int> indices)
    {
        var result = new WordVectors(_unknown);
        foreach (int index in indices)
            result.Add(_words[index], VectorAt(index));
        return result;
    }

    /// <summary>What a model file keeps: the words in the order of their vectors, which the vector of unknown words follows.</summary>
    internal (string[] Words, float[] Values) Save()
    {
        var values = new float[(Count + 1) * Dimension];
        for (int i = 0; i < Count; i++)
            VectorAt(i).CopyTo(values.AsSpan(i * Dimension));
        _unknown.CopyTo(values, Count * Dimension);
        return ([.. _words], values);
    }

    /// <summary>What <see cref="Save"/> gave.</summary>
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
        // A word may have spaces, so that one line does not tell how many values there are; many do.
        var ahead = new Queue<string>();
        for (long characters = 0; ahead.Count < 1000 && characters < LongestLine && lines.Read() is { } first; characters += first.Length)
            ahead.Enqueue(first);
        (long Words, long Values)? header = ahead.TryPeek(out string? start) ? Header(start) : null;
        if (header is not null)
            ahead.Dequeue();
        if (ahead.Count == 0)
            throw new InvalidDataException($"'{path}' holds no word vectors.");
        int dimension = ahead.Select(ValuesIn).CountBy(values => values).MaxBy(count => count.Value).Key;
        long line = header is null ? 0 : 1;
        if (dimension == 0)
            throw new InvalidDataException(
                $"Line {line + 1} of '{path}' is no word with its vector: a word and its values, separated by spaces.");
        if (header is { Values: var announced } && announced != dimension)
            throw new InvalidDataException(
                $"'{path}' announces vectors of {announced} values in its first line, and its other lines have {dimension}.");

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
            throw new InvalidDataException($"'{path}' has {faults} A line is a word and as many values as most lines have, {dimension}, "
                + $"separated by spaces; {nameof(skipFaultyLines)} leaves others out.");
        }
        if (text is null && header is { Words: var words } && words != line - 1 && !skipFaultyLines)
        {
            throw new InvalidDataException(
                $"'{path}' announces {words} words in its first line and has {line - 1}: it was cut off, or that line is wrong; "
                + $"{nameof(skipFaultyLines)} reads it all the same.");
        }
        return result;
    }

    /// <summary>The numbers of words and of values, if a line is two whole numbers.</summary>
    private static (long Words, long Values)? Header(string line)
    {
        string[] parts = line.TrimEnd(' ').Split(' ', count: 3);
        return parts.Length == 2 && parts.All(part => part.All(char.IsAsciiDigit))
            && long.TryParse(parts[0], CultureInfo.InvariantCulture, out long words)
                && long.TryParse(parts[1], CultureInfo.InvariantCulture, out long values)
                ? (words, values)
                : null;
    }

    /// <summary>How many values a line can have: the numbers at its end, behind one word at least.</summary>
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

    /// <summary>Reads a line; what is wrong with it, or null. Some words of GloVe have spaces in them, so values are read from the end.</summary>
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
                return $"has {TextLines.Quoted(field)} where a finite number should be";
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

    /// <summary>The lines at fault: their number, and what is wrong with the first of them.</summary>
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
            $"{Count} faulty {(Count == 1 ? "line" : "lines")}: {string.Join("; ", _first)}{(Count > Named ? $"; and {Count - Named} more" : "")}.";
    }
}
