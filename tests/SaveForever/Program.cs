using System.Globalization;
using Disentangle.ML.Tests;
using Disentangle.ML.Transforms;

// SaveForever model|checkpoint PATH: saves to the file again and again; prints a line when it has for the first time.
// SaveForever fit COUNT: fits so many encoders, of which a third succeeds, a third fails, and a third is cancelled; prints the memory
// after each three.
if (args[0] == "fit")
{
    for (int i = 0; i < int.Parse(args[1], CultureInfo.InvariantCulture); i += 3)
    {
        Work.FitFailAndCancel();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Console.WriteLine(Environment.WorkingSet.ToString(CultureInfo.InvariantCulture));
    }
    return;
}
string path = args[1];
if (args[0] == "checkpoint")
{
    Work.Fit(Work.Options with { CheckpointPath = path, Progress = _ => Console.WriteLine("saved") });
    return;
}
DisentangleEncoderTransformer[] models = [Work.Fit(Work.Options with { Epochs = 1 }), Work.Fit(Work.Options with { Epochs = 2 })];
for (int i = 0; ; i++)
{
    DisentangleModel.Save(Work.ML, models[i % 2], Work.Data.Schema, path);
    Console.WriteLine("saved");
}
