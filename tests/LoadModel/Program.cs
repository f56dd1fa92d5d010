using Microsoft.ML;
using Microsoft.ML.Data;

// LoadModel MODEL DATA WIDTH: scores rows of a csv file and prints the bits of each embedding and the cluster, a row a line.
var ml = new MLContext();
ITransformer model = ml.Model.Load(args[0], out _);
IDataView data =
    ml.Data.LoadFromTextFile(args[1], [new TextLoader.Column("Features", DataKind.Single, 0, int.Parse(args[2]) - 1)], separatorChar: ',');
IDataView scored = model.Transform(data);
uint[] clusters = [.. scored.GetColumn<uint>(scored.Schema["PredictedLabel"])];
int row = 0;
foreach (float[] embedding in scored.GetColumn<float[]>(scored.Schema["Embedding"]))
    Console.WriteLine(
        $"{string.Join(' ', embedding.Select(value => BitConverter.SingleToInt32Bits(value).ToString("x8")))} {clusters[row++]}");
