using Microsoft.ML;
using Microsoft.ML.Data;
using Papers;

namespace Disentangle.ML.Samples.Tests;

public class ArticlesTests
{
    [Theory]
    [InlineData(".csv", "\"3\",\"Title\",\"Words\"\n\"1\",\"Title\",\"Words\"\n\"3\",\"Title\",\"Words\"\n", new[] { "3", "1", "3" })]
    [InlineData(".csv", "\"Class Index\",\"Title\",\"Description\"\n\"3\",\"Title\",\"Words\"\n\"3\",\"Title\",\"Words\"\n",
        new[] { "3", "3" })]
    [InlineData(".tsv", "Sports\tWords\nU.S.\tWords\nSports\tWords\n", new[] { "Sports", "U.S.", "Sports" })]
    [InlineData(".tsv", "topic\ttext\nSports\tWords\nSports\tWords\n", new[] { "Sports", "Sports" })]
    public void Only_a_header_is_left_out(string extension, string content, string[] topics)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + extension);
        File.WriteAllText(path, content);
        try
        {
            IDataView articles = Articles.Load(new MLContext(), new FileInfo(path));
            Assert.Equal(topics, articles.GetColumn<string>("Topic"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
