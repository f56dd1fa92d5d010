using System.Text.Json;

namespace Disentangle.ML.Trainers.Tests;

public class SettingsJsonTests
{
    [Fact]
    public void A_setting_that_the_JSON_does_not_have_keeps_its_default()
    {
        Assert.Equal(new JointTrainingOptions(), Read<JointTrainingOptions>("{}"));
        Assert.Equal(new MlpNetwork { Embedding = 7 }, Read<Network>("""{ "network": "mlp", "Embedding": 7 }"""));
        Assert.Equal(new SoftNearestNeighborLoss(), Read<ILoss>("""{ "loss": "softNearestNeighbor" }"""));
        Assert.Equal(new LearningRateSchedule { WarmupSteps = 3 }, Read<LearningRateSchedule>("""{ "WarmupSteps": 3 }"""));
    }

    private static T? Read<T>(string json) => JsonSerializer.Deserialize<T>(json, SettingsJson.Options);
}
