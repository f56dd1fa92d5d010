using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Disentangle.ML.Tool.Tests;

public class ToolTests(TrainedModel model) : IClassFixture<TrainedModel>
{
    [Fact]
    public void Fit_says_what_it_did()
    {
        Assert.Contains("Note: 'id' is left out: it numbers the rows.", model.FitOutput);
        Assert.Contains("Note: 1 missing value in 'age': replaced by the mean.", model.FitOutput);
        Assert.Matches(@"Epoch 10/10: loss .*, 0 s left", model.FitOutput);
        Assert.Matches(@"Columns +2 of numbers, 1 of texts", model.FitOutput);
        Assert.Matches(@"Clusters +4, as given", model.FitOutput);
        Assert.Matches(@"Verdict +\S+", model.FitOutput);
    }

    [Fact]
    public void Cluster_adds_a_column_that_separates_the_segments()
    {
        Run("cluster customers.csv --model model.zip --out clusters.csv").RequireSuccess();
        string[] source = Lines("customers.csv"), lines = Lines("clusters.csv");
        Assert.Equal($"{source[0]},cluster", lines[0]);
        Assert.All(source.Zip(lines), pair => Assert.StartsWith($"{pair.First},", pair.Second));
        // A row without age may be in either segment of its income.
        Assert.Equal(4, lines.Skip(1).Where(line => !line.StartsWith("5,", StringComparison.Ordinal)).Select(line => line.Split(',')[^2..])
            .Select(pair => string.Join(',', pair)).Distinct().Count());
    }

    [Fact]
    public void A_file_is_replaced_only_when_the_new_one_is_complete()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not replace open files.");
        string path = Path.Combine(model.Folder, "replaced.csv");
        File.WriteAllText(path, "old");
        // Who reads the old file meanwhile reads on in it.
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        Run("cluster customers.csv --model model.zip --out replaced.csv").RequireSuccess();
        Assert.Equal("old", reader.ReadToEnd());
        Assert.Equal(TrainedModel.Rows + 1, Lines("replaced.csv").Length);
        Assert.Empty(Directory.GetFiles(model.Folder, "*.tmp"));
    }

    [Fact]
    public void Evaluate_scores_against_the_segments()
    {
        string output = Run("evaluate customers.csv --model model.zip --truth segment").RequireSuccess();
        Match accuracy = Regex.Match(output, @"HungarianAccuracy +([0-9.]+)");
        Assert.True(double.Parse(accuracy.Groups[1].Value, CultureInfo.InvariantCulture) > 0.95, output);
    }

    [Fact]
    public void Columns_may_stand_in_another_order_and_need_no_label()
    {
        File.WriteAllLines(Path.Combine(model.Folder, "new.csv"), ["income;country;age", "12;DE;32", "12;XX;NA", "52;DE;62"]);
        Run("cluster new.csv --model model.zip --out new-clusters.csv").RequireSuccess();
        string[] lines = Lines("new-clusters.csv");
        Assert.Equal("income;country;age;cluster", lines[0]);
        Assert.NotEqual(lines[1].Split(';')[^1], lines[3].Split(';')[^1]);
    }

    [Fact]
    public void Describe_gives_json()
    {
        string output = Run("describe customers.csv --model model.zip --label churned,segment --json").RequireSuccess();
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.Equal(TrainedModel.Rows, json.RootElement.GetProperty("rows").GetInt32());
        Assert.Equal(4, json.RootElement.GetProperty("clusters").GetArrayLength());
    }

    [Fact]
    public void Export_writes_an_onnx_file_with_the_columns()
    {
        Run("export-onnx --model model.zip --out model.onnx").RequireSuccess();
        string content = File.ReadAllText(Path.Combine(model.Folder, "model.onnx"));
        Assert.All(["age", "income", "country", "PredictedLabel"], name => Assert.Contains(name, content));
    }

    [Fact]
    public void The_number_of_clusters_is_chosen_and_a_report_written()
    {
        string output = Run("fit customers.csv --label churned --ignore id,segment --epochs 10 --out other.zip --report report.html")
            .RequireSuccess();
        Assert.Matches(@"Clusters +\d+, chosen by the data\.", output);
        Assert.Contains("<html", File.ReadAllText(Path.Combine(model.Folder, "report.html")));
    }

    [Fact]
    public void Groups_are_found_without_a_label()
    {
        string output =
            Run("fit customers.csv --ignore id,churned --group-truth segment --clusters 4 --out alone.zip --report alone.html")
                .RequireSuccess();
        Assert.Matches(@"Label +none", output);
        Match match = Regex.Match(output, @"Match with 'segment' +adjusted mutual information ([0-9.]+)");
        Assert.True(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) > 0.9, output);
        Assert.Contains("Groups in customers.csv", File.ReadAllText(Path.Combine(model.Folder, "alone.html")));
    }

    [Theory]
    [InlineData("fit none.csv --label a --out m.zip", "There is no file 'none.csv'.")]
    [InlineData("fit customers.csv --label left --out m.zip", "'customers.csv' has no column 'left'. It has: id, age,")]
    [InlineData("fit customers.csv --label income --out m.zip", "a coarse label has 2 to 100.")]
    [InlineData("fit customers.csv --label churned --out none/m.zip", "'none/m.zip' cannot be written: The folder '")]
    [InlineData("fit customers.csv --label churned --out .", "is a folder; expected a file.")]
    [InlineData("fit customers.csv --label churned --clusters 1 --out m.zip", "--clusters is '1'")]
    [InlineData("fit customers.csv --label churned --epochs 99999999999 --out m.zip",
        "--epochs is '99999999999'; it must be a whole number of at least 1.")]
    [InlineData("fit customers.csv --label churned --seed x --out m.zip", "Cannot parse argument 'x' for option '--seed'")]
    [InlineData("fit customers.csv --label churned", "Option '--out' is required.")]
    [InlineData("fit customers.csv --label churned --out customers.csv", "'customers.csv' is given twice; every file needs another name.")]
    [InlineData("cluster customers.csv --model model.zip --out model.zip", "'model.zip' is given twice")]
    [InlineData("fit model.zip --label churned --out m.zip", "'model.zip' is a zip archive; extract it and use the file inside.")]
    [InlineData("cluster customers.csv --model customers.csv --out c.csv", "'customers.csv' is not a zip file")]
    [InlineData("evaluate customers.csv --model model.zip --truth kind", "has no column 'kind'")]
    public void Wrong_arguments_are_one_line(string arguments, string message) => Assert.Contains(message, Run(arguments).RequireError());

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a,b\n", "has a header and no rows")]
    [InlineData("a,b\n1,2\n1,2,3\n", "Line 3 of 'wrong.csv' has 3 fields; the header has 2.")]
    [InlineData("a,a\n1,2\n", "has 'a' 2 times")]
    public void A_wrong_file_is_one_line(string content, string message) => Assert.Contains(message, FitWrong(content));

    [Fact]
    public void One_class_or_many_texts_are_one_line()
    {
        Assert.Contains("'b' has 1 different value", FitWrong($"a,b\n{Repeat(i => $"{i * i},x")}"));
        Assert.Contains("Leave it out by --ignore \"a\".", FitWrong($"a,b\n{Repeat(i => $"name{i},{i % 2}")}"));
        Assert.Contains("line 9 of 'wrong.csv' has 'old'", FitWrong($"a,b\n{Repeat(i => $"{(i == 7 ? "old" : i * i)},{i % 2}")}"));
    }

    [Fact]
    public void A_model_that_too_few_labels_can_judge_is_saved_without_a_verdict()
    {
        File.WriteAllText(Path.Combine(model.Folder, "rare.csv"), $"a,c,b,d\n{Repeat(i => $"{i * 1.5},{i % 5},{(i < 2 ? $"{i}" : "")},")}");
        string output = Run("fit rare.csv --label b --group-truth d --clusters 3 --epochs 2 --out rare.zip").RequireSuccess();
        Assert.Matches(@"Match with 'd' +None\. No row has both a label and a cluster", output);
        Assert.Matches(@"Verdict +None\. No row has a label: column 'd' is missing", output);
        Assert.Contains("Model saved as 'rare.zip'.", output);
    }

    [Fact]
    public void A_damaged_model_and_a_text_among_numbers_are_one_line()
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(model.Folder, "model.zip"));
        File.WriteAllBytes(Path.Combine(model.Folder, "damaged.zip"), bytes[..(bytes.Length / 2)]);
        Assert.Contains("or is damaged", Run("cluster customers.csv --model damaged.zip --out c.csv").RequireError());
        File.WriteAllText(Path.Combine(model.Folder, "text.csv"), "age,income,country\nold,1,DE\n");
        Assert.Contains("Column 'age' has 'old' in line 2 of 'text.csv'; a number is expected.",
            Run("cluster text.csv --model model.zip --out c.csv").RequireError());
    }

    private static string Repeat(Func<int, string> row) => string.Concat(Enumerable.Range(0, 60).Select(i => $"{row(i)}\n"));

    private string FitWrong(string content)
    {
        File.WriteAllText(Path.Combine(model.Folder, "wrong.csv"), content);
        return Run("fit wrong.csv --label b --out m.zip").RequireError();
    }

    private ToolRun Run(string arguments) => ToolRun.Of(model.Folder, arguments);

    private string[] Lines(string file) => File.ReadAllLines(Path.Combine(model.Folder, file));
}
