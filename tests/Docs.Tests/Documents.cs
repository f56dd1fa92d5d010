using System.Text.RegularExpressions;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Docs.Tests;

/// <summary>The Markdown files of the repository.</summary>
internal static partial class Documents
{
    public static string Root { get; } = TestData.InRepository();

    /// <summary>Their paths below the root, with slashes.</summary>
    public static IEnumerable<string> Paths =>
        Directory.EnumerateFiles(Root, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    /// <summary>The C# blocks of a page, one program.</summary>
    public static string Program(string path) =>
        string.Join('\n', CSharp().Matches(Read(path)).Select(match => match.Groups[1].Value));

    /// <summary>The targets of a page's links, outside code blocks.</summary>
    public static IEnumerable<string> Links(string path) =>
        Link().Matches(Block().Replace(Read(path), "")).Select(match => match.Groups[1].Value);

    /// <summary>The anchors of a page: those of its headings as GitHub makes them, and its own.</summary>
    public static HashSet<string> Anchors(string path)
    {
        string text = Block().Replace(Read(path), "");
        return
        [
            .. Heading().Matches(text)
                .Select(match => NotInAnchor().Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-')),
            .. OwnAnchor().Matches(text).Select(match => match.Groups[1].Value),
        ];
    }

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CSharp();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ +(.+?) *$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("<a id=\"([^\"]+)\">")]
    private static partial Regex OwnAnchor();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchor();
}
