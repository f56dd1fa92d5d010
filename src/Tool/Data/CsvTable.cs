using CsvHelper;
using Disentangle.ML.Transforms;

namespace Disentangle.ML.Tool;

/// <summary>A CSV file with a header, in UTF-8 or with a byte order mark, plain or compressed by gzip; held in memory.</summary>
internal sealed class CsvTable
{
    private const int LongestHeader = 1 << 22;

    private static readonly char[] Separators = [',', ';', '\t'];

    private readonly string _path;
    private readonly List<string[]> _rows = [];
    private readonly List<int> _lines = [];

    private CsvTable(string path)
    {
        _path = path;
        if (!File.Exists(path))
            throw new InputException(Directory.Exists(path) ? $"'{path}' is a folder; give a CSV file." : $"There is no file '{path}'.");
        string header = Header() ?? throw new InputException($"'{path}' is empty; a header and rows are expected.");
        Separator = Separators.MaxBy(separator => header.Count(character => character == separator));
        Names = Read();
    }

    /// <summary>The character between fields: the most frequent one of comma, semicolon and tab in the header.</summary>
    public char Separator { get; }

    /// <summary>The names of the columns; one without a name is <c>column</c> with its number from 1.</summary>
    public string[] Names { get; }

    /// <summary>The rows, at least one, each with a field for each column.</summary>
    public IReadOnlyList<string[]> Rows => _rows;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It is not there, empty, or damaged.</exception>
    public static CsvTable Read(FileInfo file) => new(file.ToString());

    /// <summary>The number of a column, from 0.</summary>
    /// <exception cref="InputException">There is no such column.</exception>
    public int IndexOf(string name)
    {
        int index = Array.IndexOf(Names, name);
        return index >= 0 ? index : throw new InputException($"'{_path}' has no column '{name}'. It has: {string.Join(", ", Names)}.");
    }

    /// <summary>The fields of a column.</summary>
    public IEnumerable<string> Fields(int column) => _rows.Select(row => row[column]);

    /// <summary>Where a row begins, for messages.</summary>
    public string Place(int row) => $"line {_lines[row]} of '{_path}'";

    /// <summary>The first line that is not empty; null if there is none.</summary>
    private string? Header()
    {
        using var lines = new TextLines(_path, LongestHeader);
        while (lines.Read() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
                return line;
        }
        return null;
    }

    /// <summary>Reads the rows and returns the names of the columns.</summary>
    private string[] Read()
    {
        using StreamReader text = TextLines.Open(_path);
        using CsvReader reader = CsvReader.Create(text, new CsvReaderOptions
        {
            Separator = Separator, HasHeader = false, TrimWhitespace = true, TrackLineNumbers = true,
        });
        try
        {
            return Read(reader);
        }
        catch (CsvFormatException e)
        {
            throw new InputException($"'{_path}' is damaged: {e.Message}");
        }
    }

    private string[] Read(CsvReader reader)
    {
        string[] names = reader.Read() ? [.. Record(reader).Select((name, i) => name.Length > 0 ? name : $"column {i + 1}")] : [];
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InputException($"The header of '{_path}' has '{twice.Key}' {twice.Count()} times; names must be different.");
        while (reader.Read())
        {
            if (reader.FieldCount != names.Length)
                throw new InputException(
                    $"Line {reader.LineNumber} of '{_path}' has {reader.FieldCount} fields; the header has {names.Length}.");
            _rows.Add(Record(reader));
            _lines.Add((int)reader.LineNumber);
        }
        return _rows.Count > 0 ? names : throw new InputException($"'{_path}' has a header and no rows.");
    }

    private string[] Record(CsvReader reader)
    {
        string[] fields = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
        if (fields.Any(field => field.AsSpan().ContainsAny(TextLines.NotUtf8, '\0')))
            throw new InputException($"Line {reader.LineNumber} of '{_path}' has bytes that are not UTF-8 text; save the file as UTF-8.");
        return fields;
    }
}
