using System.IO.Compression;
using Mortality;

namespace Disentangle.ML.Samples.Tests;

public sealed class MortalityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("disentangle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_published_files_and_the_long_ones_give_the_same_stays()
    {
        Write("Outcomes-a.txt", "RecordID,SAPS-I,SOFA,Length_of_stay,Survival,In-hospital_death\n11,6,1,5,-1,0\n12,16,8,8,3,1\n");
        Write("set-a/12.txt", "Time,Parameter,Value\n00:00,RecordID,12\n00:00,Age,60\n00:00,Gender,1\n00:00,Height,-1\n00:00,ICUType,4\n"
            + "00:07,HR,90\n00:37,HR,110\n48:00,HR,70\n");
        Write("set-a/11.txt", "Time,Parameter,Value\n00:00,RecordID,11\n00:00,Age,20\n02:15,MechVent,1\n");
        IReadOnlyList<Stay> published = PhysioNet.Load(_folder, "a");

        Directory.Delete(Path.Combine(_folder, "set-a"), recursive: true);
        using (var gzip = new GZipStream(File.Create(Path.Combine(_folder, "set-a.csv.gz")), CompressionLevel.Fastest))
        using (var writer = new StreamWriter(gzip))
        {
            writer.Write("RecordID,Minute,Parameter,Value\n11,0,RecordID,11\n11,0,Age,20\n11,135,MechVent,1\n");
            writer.Write("12,0,Age,60\n12,0,Gender,1\n12,0,Height,-1\n12,0,ICUType,4\n12,7,HR,90\n12,37,HR,110\n12,2880,HR,70\n");
        }
        IReadOnlyList<Stay> joined = PhysioNet.Load(_folder, "a");

        int heartRate = Variable.Indices["HR"], ventilated = Variable.Indices["MechVent"];
        foreach (IReadOnlyList<Stay> stays in new[] { published, joined })
        {
            Assert.Equal([11, 12], stays.Select(stay => stay.Record));
            Assert.Equal([false, true], stays.Select(stay => stay.Died));
            Assert.Equal((60, 1, null, IcuType.Surgical), (stays[1].Age, stays[1].Gender, stays[1].Height, stays[1].IcuType));
            Assert.Equal((100, null, 70), (stays[1][0, heartRate], stays[1][1, heartRate], stays[1][47, heartRate]));
            Assert.Equal((0, 1, 0), (stays[0][1, ventilated], stays[0][2, ventilated], stays[0][3, ventilated]));
        }
    }

    [Fact]
    public void Values_are_standardised_and_stand_until_the_next_with_a_mask_beside()
    {
        var stays = new[] { 80.0, 100 }.Select((rate, i) =>
        {
            var stay = new Stay(i);
            stay.Add(60, "HR", rate);
            stay.Add(0, "ICUType", 2);
            return stay;
        }).ToList();
        float[][] hours = [.. new StayFeatures(stays).Of(stays[0]).Chunk(StayFeatures.StepSize)];

        int heartRate = Variable.Indices["HR"], mask = Variable.All.Count + heartRate, constant = 2 * Variable.All.Count;
        Assert.Equal(Stay.Hours, hours.Length);
        // Nothing is known in the first hour; of two values the sample deviation is their distance over the root of 2.
        Assert.Equal((0, 0), (hours[0][heartRate], hours[0][mask]));
        Assert.Equal(-Math.Sqrt(0.5), hours[1][heartRate], 6);
        Assert.Equal(1, hours[1][mask]);
        Assert.Equal((hours[1][heartRate], 0), (hours[47][heartRate], hours[47][mask]));
        Assert.Equal([0, 0, 0, 0, 1, 0, 0], hours[5][constant..]);
    }

    [Fact]
    public void The_area_under_the_roc_curve_counts_the_pairs_in_order()
    {
        bool[] died = [true, false, true, false, false];
        // Of six pairs three are in order, one is equal.
        Assert.Equal(3.5 / 6, Experiment.AreaUnderRoc(died, [0.9, 0.4, 0.2, 0.2, 0.8]), 12);
    }

    [Fact]
    public void What_is_missing_is_said()
    {
        Assert.StartsWith($"'{_folder}' has no set a and no set b of the PhysioNet Challenge 2012.", PhysioNet.Missing(_folder));
        Assert.StartsWith($"'{_folder}' has no set a", Assert.Throws<FileNotFoundException>(() => PhysioNet.Load(_folder, "a")).Message);
    }

    private void Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
