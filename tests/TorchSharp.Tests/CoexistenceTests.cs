using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Microsoft.ML;
using Microsoft.ML.TorchSharp;
using Microsoft.ML.TorchSharp.AutoFormerV2;
using TorchSharp;
using static TorchSharp.torch;

namespace Disentangle.ML.TorchSharp.Tests;

/// <summary>Microsoft.ML.TorchSharp 0.23.1, built for TorchSharp 0.102.7, in one process with this engine and a later TorchSharp.</summary>
public class CoexistenceTests
{
    [Fact]
    public void All_members_that_Microsoft_ML_TorchSharp_uses_exist_except_interpolate()
    {
        Module module = typeof(TorchSharpCatalog).Module;
        using var file = new PEReader(File.OpenRead(module.FullyQualifiedName));
        MetadataReader metadata = file.GetMetadataReader();
        // References to generic members resolve for some type arguments.
        Type[] arguments = [typeof(float), typeof(float), typeof(float), typeof(float), typeof(float)];
        int found = 0;
        var missing = new List<string>();
        foreach (MemberReferenceHandle reference in metadata.MemberReferences)
        {
            try
            {
                MemberInfo member = module.ResolveMember(MetadataTokens.GetToken(reference), arguments, arguments)!;
                if (member.DeclaringType!.Assembly == typeof(Tensor).Assembly)
                    found++;
            }
            catch (Exception e) when (e is MissingMemberException or TypeLoadException)
            {
                missing.Add(metadata.GetString(metadata.GetMemberReference(reference).Name));
            }
        }
        Assert.Equal(["interpolate"], missing);
        Assert.True(found > 250, $"{found} members of TorchSharp");
    }

    [Fact]
    public void Both_run_in_one_process_and_one_context()
    {
        LibTorch.Require();
        var ml = new MLContext(seed: 1);
        IDataView rows = ml.Data.LoadFromEnumerable(TestModel.Rows());
        float[][] expected = Encode();
        // Its trainers download a model when they fit; creating one does not.
        Assert.NotNull(ml.Transforms.Conversion.MapValueToKey("Group")
            .Append(ml.MulticlassClassification.Trainers.TextClassification("Group", sentence1ColumnName: "Text")));
        float[] losses = TrainTheirs();
        Assert.Equal(expected, Encode());
        Assert.Equal(losses, TrainTheirs());

        float[][] Encode() => TestModel.Embeddings(ml, TestModel.Pipeline(ml, TorchDevice.Cpu).Fit(rows), rows);
    }

    [Fact]
    public void Its_object_detection_does_not_run_because_interpolate_has_another_parameter()
    {
        LibTorch.Require();
        using DisposeScope scope = NewDisposeScope();
        using var pyramid = new FPN([4, 4, 4], 4, 5);
        List<Tensor> levels = [ones(1, 4, 16, 16), ones(1, 4, 8, 8), ones(1, 4, 4, 4)];
        Assert.Contains("interpolate", Assert.Throws<MissingMethodException>(() => pyramid.forward(levels)).Message);
    }

    /// <summary>Minimises the output of a layer of its object detector over the input, and returns the losses.</summary>
    private static float[] TrainTheirs()
    {
        manual_seed(3);
        using DisposeScope scope = NewDisposeScope();
        using var layer = new MLP(4, 8, 2, 0);
        var x = new global::TorchSharp.Modules.Parameter(randn(16, 4));
        using optim.Optimizer optimizer = optim.SGD([x], 1);
        var losses = new float[20];
        for (int step = 0; step < losses.Length; step++)
        {
            optimizer.zero_grad();
            Tensor loss = layer.forward(x).square().mean();
            loss.backward();
            optimizer.step();
            losses[step] = loss.item<float>();
        }
        Assert.True(losses[^1] < 0.9f * losses[0], $"the loss is {losses[^1]} after {losses[0]}");
        return losses;
    }
}
