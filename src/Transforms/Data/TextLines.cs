using System.Text;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Reads the lines of a text file in UTF-8, or in another encoding if it begins with a byte order mark. Gzip is decompressed.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="longest">The maximum number of characters in a line; a longer one is rejected before it is read completely.</param>
internal sealed class TextLines(string path, int longest) : IDisposable
{
    /// <summary>Replaces bytes that are not UTF-8. Valid text never contains it.</summary>
    public const char NotUtf8 = '\uFFFF';

    private static readonly Encoding Utf8 =
        Encoding.GetEncoding("utf-8", EncoderFallback.ExceptionFallback, new DecoderReplacementFallback(NotUtf8.ToString()));

    private readonly StreamReader _reader = Open(path);
    private readonly char[] _buffer = new char[1 << 14];
    private readonly StringBuilder _line = new();
    private int _start;
    private int _end;

    /// <summary>The number of the last line that <see cref="Read"/> returned, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Opens a text file. Bytes that are not UTF-8 become <see cref="NotUtf8"/>.</summary>
    /// <exception cref="InvalidDataException">The file is an HTML page, a zip archive or a Git LFS pointer.</exception>
    public static StreamReader Open(string path) => new(DataFile.Open(path), Utf8);

    /// <summary>Reads the next line, without its terminator; null at the end of the file.</summary>
    /// <exception cref="InvalidDataException">The line is too long or contains zero bytes, which text does not.</exception>
    public string? Read()
    {
        _line.Clear();
        bool hasAny = false;
        while (_start < _end || Fill())
        {
            hasAny = true;
            ReadOnlySpan<char> rest = _buffer.AsSpan(_start, _end - _start);
            int length = rest.IndexOf('\n');
            Append(rest[..(length < 0 ? rest.Length : length)]);
            _start += length < 0 ? rest.Length : length + 1;
            if (length >= 0)
                break;
        }
        if (!hasAny)
            return null;
        Number++;
        if (_line.Length > 0 && _line[^1] == '\r')
            _line.Length--;
        return _line.ToString();
    }

    /// <summary>Quotes part of a line for messages, truncated if it is long.</summary>
    public static string Quoted(ReadOnlySpan<char> text) =>
        text.Length <= 60 ? $"'{text}'" : $"'{text[..60]}...' ({text.Length} characters)";

    private void Append(ReadOnlySpan<char> text)
    {
        if (text.Contains('\0'))
            throw new InvalidDataException(
                $"'{path}' is not UTF-8 text: line {Number + 1} contains zero bytes, as binary files and UTF-16 do.");
        if (_line.Length + text.Length > longest + 1)
            throw new InvalidDataException($"Line {Number + 1} of '{path}' is longer than {longest} characters.");
        _line.Append(text);
    }

    private bool Fill()
    {
        (_start, _end) = (0, _reader.Read(_buffer));
        return _end > 0;
    }

    public void Dispose() => _reader.Dispose();
}
