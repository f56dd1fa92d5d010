using System.Text.Json;
using System.Text.Json.Serialization;

namespace Disentangle.ML.Trainers.Tests;

public class SettingsJsonTests
{
    [Fact]
    public void A_setting_that_the_JSON_does_not_have_keeps_its_default()
    {
        Assert.Equal(new JointTrainingOptions(), JsonSerializer.Deserialize<JointTrainingOptions>("{}", JointTask.Json));
        Assert.Equal(new MlpNetwork { Embedding = 7 }, Read<Network>("""{ "network": "mlp", "Embedding": 7 }"""));
        Assert.Equal(new SoftNearestNeighborLoss(), Read<ILoss>("""{ "loss": "softNearestNeighbor" }"""));
        Assert.Equal(new LearningRateSchedule { WarmupSteps = 3 }, Read<LearningRateSchedule>("""{ "WarmupSteps": 3 }"""));
    }

    /// <summary>A new loss, network or view trains at once; without its line of JsonDerivedType it could not be saved.</summary>
    [Theory]
    [InlineData(typeof(ILoss))]
    [InlineData(typeof(Network))]
    [InlineData(typeof(IRowView))]
    public void Every_implementation_can_be_saved(Type kind)
    {
        Type[] implementations =
            [.. kind.Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(kind))];
        Type[] saved =
            [.. kind.GetCustomAttributes(inherit: false).OfType<JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType)];
        Assert.Equal(implementations.OrderBy(type => type.Name), saved.OrderBy(type => type.Name));
    }

    private static T? Read<T>(string json) => JsonSerializer.Deserialize<T>(json, SettingsJson.Options);
}
