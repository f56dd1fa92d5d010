namespace Disentangle.ML.Docs.Tests;

public class LinkTests
{
    public static TheoryData<string> Pages => [.. Documents.Paths];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_relative_link_leads_to_a_file_and_a_heading(string page)
    {
        var broken = new List<string>();
        foreach (string link in Documents.Links(page).Where(link => !link.Contains("://", StringComparison.Ordinal)))
        {
            string[] parts = link.Split('#', 2);
            string target = parts[0] == "" ? page
                : Path.GetRelativePath(Documents.Root, Path.Combine(Documents.Root, Path.GetDirectoryName(page)!, parts[0]))
                .Replace('\\', '/');
            string full = Path.Combine(Documents.Root, target);
            if (!File.Exists(full) && !Directory.Exists(full))
                broken.Add($"{link}: no such file");
            else if (parts.Length == 2 && target.EndsWith(".md", StringComparison.Ordinal) && !Documents.Anchors(target).Contains(parts[1]))
                broken.Add($"{link}: no such heading");
        }
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_page_can_be_reached_from_the_readme()
    {
        var reached = new HashSet<string> { "README.md" };
        var next = new Queue<string>(reached);
        while (next.TryDequeue(out string? page))
        {
            foreach (string link in Documents.Links(page).Where(link => !link.Contains("://", StringComparison.Ordinal)))
            {
                string target = Path.GetRelativePath(Documents.Root,
                    Path.Combine(Documents.Root, Path.GetDirectoryName(page)!, link.Split('#')[0])).Replace('\\', '/');
                if (target.EndsWith(".md", StringComparison.Ordinal) && reached.Add(target))
                    next.Enqueue(target);
            }
        }
        Assert.Empty(Documents.Paths.Where(page => page.StartsWith("docs/", StringComparison.Ordinal)).Except(reached));
    }
}
