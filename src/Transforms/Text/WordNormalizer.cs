using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Normalises text to lower-case words separated by single spaces, for looking up word vectors. The steps follow Kenyon-Dean et al.
/// (2019), who do not publish the exact rules. In this order:
/// <list type="number">
/// <item>The character references of HTML 4 (<c>&amp;#39;</c>, <c>&amp;#xE9;</c>, <c>&amp;eacute;</c>) become their characters. So do
/// those without their ampersand, which are common in AG News (<c>#39;</c>, <c>lt;</c>), unless the name is an English word (<c>copy;</c>).
/// Typographic apostrophes become plain ones.</item>
/// <item>Tags (<c>&lt;b&gt;</c>) and web addresses are removed.</item>
/// <item>A number right after $ becomes <c>MONEY</c>, even if letters follow: <c>$1.5bn</c> becomes
/// <c>MONEY bn</c>. Numbers may contain points and commas.</item>
/// <item>Four digits from 1700 to 2200 become <c>YEAR</c>; all other numbers become <c>NUMBER</c>.
/// Digits with letters (<c>3rd</c>, <c>1990s</c>) are a word.</item>
/// <item>Letters with points (<c>U.S.</c>) are one word, <c>u.s.</c>. Otherwise a word is a run of letters, digits and inner
/// apostrophes; everything else separates words.</item>
/// <item>Words are converted to lower case; English stop words, the 174 of the Snowball list (<c>the</c>, <c>don't</c>), and a final
/// <c>'s</c> are removed.</item>
/// </list>
/// </summary>
public static partial class WordNormalizer
{
    /// <summary>Normalises a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="removeStopWords">Whether to remove English stop words. Default true.</param>
    /// <returns>The words, separated by single spaces; empty if there are none.</returns>
    public static string Normalize(string text, bool removeStopWords = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = CharacterReference().Replace(text, CharacterOf).Replace('’', '\'').Replace('‘', '\'');
        text = TagOrAddress().Replace(text, " ");
        var words = new StringBuilder();
        foreach (Match match in Token().Matches(text))
        {
            if (match.Groups["money"].Success)
                Append("MONEY");
            else if (match.Groups["number"].Success)
                Append("NUMBER");
            else if (!match.ValueSpan.ContainsAnyExceptInRange('0', '9'))
            {
                bool isYear = match.Length == 4 && int.Parse(match.ValueSpan, CultureInfo.InvariantCulture) is >= 1700 and <= 2200;
                Append(isYear ? "YEAR" : "NUMBER");
            }
            else
                AppendWord(match.Value.ToLowerInvariant());
        }
        return words.ToString();

        void AppendWord(string word)
        {
            if (removeStopWords && EnglishStopWords.Contains(word))
                return;
            if (!word.EndsWith("'s", StringComparison.Ordinal))
                Append(word);
            else
                AppendWord(word[..^2]);
        }

        void Append(string word) => words.Append(words.Length == 0 ? "" : " ").Append(word);
    }

    // In HTML, 128 to 159 are the characters of Windows-1252.
    private const string FromWindows = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";

    private static string CharacterOf(Match reference)
    {
        if (reference.Groups["name"] is { Success: true, Value: string name })
        {
            string entity = $"&{name};", character = WebUtility.HtmlDecode(entity);
            return character == entity ? reference.Value : character;
        }
        Group hexadecimal = reference.Groups["hexadecimal"];
        int code = hexadecimal.Success
            ? int.Parse(hexadecimal.ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : int.Parse(reference.Groups["code"].ValueSpan, CultureInfo.InvariantCulture);
        return code is >= 128 and < 160 ? FromWindows[code - 128].ToString() : Rune.IsValid(code) ? new Rune(code).ToString() : " ";
    }

    [GeneratedRegex(
        @"&?#(?<code>[0-9]{1,7});|&?#[xX](?<hexadecimal>[0-9a-fA-F]{1,6});|&(?<name>[a-zA-Z][a-zA-Z0-9]{1,30});|"
        + @"\b(?<name>amp|lt|gt|quot|apos|nbsp|hellip|[mn]dash|[lr][sd]quo|[sb]d?quo|[lr]aquo|middot|"
        + @"[a-zA-Z](?:acute|grave|circ|uml|tilde|cedil|ring|slash|caron)|(?:AE|ae|OE|oe|sz)lig);",
        RegexOptions.CultureInvariant)]
    private static partial Regex CharacterReference();

    [GeneratedRegex(@"</?[a-zA-Z][^<>]*>|\b(?:https?://|www\.)[^\s<>""]+", RegexOptions.CultureInvariant)]
    private static partial Regex TagOrAddress();

    [GeneratedRegex(
        @"\$\s*(?<money>[0-9]+(?:[.,][0-9]+)*)|(?<number>[0-9]+(?:[.,][0-9]+)+)|(?:\p{L}\.){2,}|[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*",
        RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    private static readonly FrozenSet<string> EnglishStopWords = """
        i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its itself
        they them their theirs themselves what which who whom this that these those am is are was were be been being have has had having
        do does did doing would should could ought i'm you're he's she's it's we're they're i've you've we've they've i'd you'd he'd
        she'd we'd they'd i'll you'll he'll she'll we'll they'll isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't
        won't wouldn't shan't shouldn't can't cannot couldn't mustn't let's that's who's what's here's there's when's where's why's
        how's a an the and but if or because as until while of at by for with about against between into through during before after
        above below to from up down in out on off over under again further then once here there when where why how all any both each few
        more most other some such no nor not only own same so than too very
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
