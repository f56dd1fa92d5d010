using System.Text;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The lines of a text file in UTF-8, or of another encoding if it begins with the mark of one. Gzip is read as what it holds.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="longest">The number of characters in a line; a longer one is refused before it is read.</param>
internal sealed class TextLines(string path, int longest) : IDisposable
{
    /// <summary>Stands in a line for bytes that are not UTF-8. No text has it.</summary>
    public const char NotUtf8 = '\uFFFF';

    private static readonly Encoding Utf8 =
        Encoding.GetEncoding("utf-8", EncoderFallback.ExceptionFallback, new DecoderReplacementFallback(NotUtf8.ToString()));

    private readonly StreamReader _reader = new(DataFile.Open(path), Utf8);
    private readonly char[] _buffer = new char[1 << 14];
    private readonly StringBuilder _line = new();
    private int _start;
    private int _end;

    /// <summary>The number of the line that <see cref="Read"/> gave last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next line, without its end; null at the end of the file.</summary>
    /// <exception cref="InvalidDataException">The line is too long or holds zeros, as no text does.</exception>
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

    /// <summary>A part of a line for messages: its beginning if it is long.</summary>
    public static string Quoted(ReadOnlySpan<char> text) =>
        text.Length <= 60 ? $"'{text}'" : $"'{text[..60]}...' ({text.Length} characters)";

    private void Append(ReadOnlySpan<char> text)
    {
        if (text.Contains('\0'))
            throw new InvalidDataException(
                $"'{path}' is no text in UTF-8: line {Number + 1} holds zero bytes, as binary files and UTF-16 do.");
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
