using System.Text.Json;
using System.Text.RegularExpressions;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Transforms.Tests;

public partial class WordNormalizerTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  ...  ", "")]
    [InlineData("The markets fell, and oil ROSE.", "markets fell oil rose")]
    [InlineData("It's Microsoft's fault; don't blame the users' habits", "microsoft fault blame users habits")]
    [InlineData("It’s Microsoft’s fault", "microsoft fault")]
    [InlineData("O'Neal well-known e-mail", "o'neal well known e mail")]
    [InlineData("In 1999 and 2004, not 1699 or 2201", "YEAR YEAR NUMBER NUMBER")]
    [InlineData("1700 2200 01999 1999.5 1,999", "YEAR YEAR NUMBER NUMBER NUMBER")]
    [InlineData("$10 million, $ 3, US$1.5bn, $1999", "MONEY million MONEY us MONEY bn MONEY")]
    [InlineData("5 of 1,234.56 fell 7.5% to -3", "NUMBER NUMBER fell NUMBER NUMBER")]
    [InlineData("the 3rd of the 1990s on 10.11.2004 at 1.5m", "3rd 1990s NUMBER NUMBER m")]
    [InlineData("The U.S. and the U.N. met in N.Korea", "u.s. u.n. met n korea")]
    [InlineData("a #36;10 million AT&amp;T deal, it#39;s said", "MONEY million t deal said")]
    [InlineData("quot;Phishingquot; quot;scam quot;", "phishingquot scam")]
    [InlineData("&lt;b&gt;Reuters&lt;/b&gt; lt;p gt;says volt;", "reuters says volt")]
    [InlineData("5 < 6 and 7 > 3", "NUMBER NUMBER NUMBER NUMBER")]
    [InlineData("see http://www.example.com/a?b=1 or www.example.org/x now", "see now")]
    [InlineData("internal oil\\pipeline", "internal oil pipeline")]
    [InlineData("Bush#146;s &#128;&#9999999; &#147;quoted&#148;", "bush quoted")]
    [InlineData("Köln Žižek 東京 naïve", "köln žižek 東京 naïve")]
    public void A_text_becomes_its_words(string text, string expected) => Assert.Equal(expected, WordNormalizer.Normalize(text));

    [Theory]
    [InlineData("it&#x27;s caf&#xE9; caf&#233;", "it café café")]
    [InlineData("bank &mdash; the city&rsquo;s", "bank the city")]
    [InlineData("&eacute;t&eacute; &copy; 2004", "été YEAR")]
    [InlineData("he said &ldquo;no&rdquo; &hellip;", "he said no")]
    [InlineData("hellip; rsquo;s mdash; eacute;", "s é")]
    [InlineData("a copy; not; shy; bring; &nothing;", "a copy not shy bring nothing")]
    public void Character_references_become_their_characters(string text, string expected) =>
        Assert.Equal(expected, WordNormalizer.Normalize(text, removeStopWords: false));

    [Fact]
    public void Character_references_are_those_of_Python()
    {
        var references = JsonSerializer.Deserialize<Dictionary<string, string>>(
            File.ReadAllText(TestData.InRepository("tests", "reference", "character-references.json")))!;
        Assert.True(references.Count > 290);
        Assert.All(references,
            reference => Assert.Equal(WordNormalizer.Normalize($"x{reference.Value}y"), WordNormalizer.Normalize($"x{reference.Key}y")));
    }

    [Fact]
    public void Stop_words_stay_where_they_are_wanted() =>
        Assert.Equal("the cat NUMBER lives don't end", WordNormalizer.Normalize("The cat's 9 lives don't end", removeStopWords: false));

    [Fact]
    public void The_examples_of_the_documentation_hold()
    {
        Match[] examples = Example().Matches(File.ReadAllText(TestData.InRepository("docs", "text.md"))).ToArray();
        Assert.Equal(9, examples.Length);
        Assert.All(examples, example => Assert.Equal(example.Groups[2].Value, WordNormalizer.Normalize(example.Groups[1].Value)));
    }

    [GeneratedRegex(@"^\| [^|]* \| `([^`|]*)` \| `([^`|]*)` \|$", RegexOptions.Multiline)]
    private static partial Regex Example();
}
