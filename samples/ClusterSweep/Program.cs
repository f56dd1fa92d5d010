using System.CommandLine;
using System.Globalization;
using ClusterSweep;

// One program, two roles: silos train trials, the sweep proposes them and collects the results.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var redis = new Option<string?>("--redis")
{
    Description = "Redis server that knows the silos, HOST:PORT; without it, --primary and --gateway do.",
};
var certificate = new Option<string?>("--certificate") { Description = "PFX file with the certificate for TLS; the same on all machines." };

var port = new Option<int>("--port") { Description = "Port for the other silos.", DefaultValueFactory = _ => 11111 };
var gatewayPort = new Option<int>("--gateway-port") { Description = "Port for sweeps.", DefaultValueFactory = _ => 30000 };
var primary = new Option<string>("--primary")
{
    Description = "The first silo, HOST:PORT, which knows the others; its loss ends the cluster.",
    DefaultValueFactory = _ => "127.0.0.1:11111",
};
var trialsAtOnce = new Option<int?>("--trials-at-once") { Description = "Trials at the same time; default: one per core." };
var data = new Option<string?>("--data") { Description = "Folder for data; if sweeps see it too, no data are sent." };
var storage = new Option<string?>("--storage") { Description = "SQLite file that keeps finished trials." };
var silo = new Command("silo", "Runs a silo until it is stopped.")
{
    port, gatewayPort, primary, redis, certificate, trialsAtOnce, data, storage,
};
silo.SetAction((arguments, token) => SiloHost.RunAsync(new()
{
    Port = arguments.GetValue(port),
    GatewayPort = arguments.GetValue(gatewayPort),
    Primary = arguments.GetValue(primary)!,
    Redis = arguments.GetValue(redis),
    Certificate = arguments.GetValue(certificate),
    TrialsAtOnce = arguments.GetValue(trialsAtOnce),
    DataFolder = arguments.GetValue(data),
    Storage = arguments.GetValue(storage),
}, token));

var gateways = new Option<string[]>("--gateway")
{
    Description = "Gateway of a silo, HOST:PORT; may be repeated.",
    DefaultValueFactory = _ => ["127.0.0.1:30000"],
};
var local = new Option<int?>("--local") { Description = "No cluster: so many trials at a time in this process." };
var trials = new Option<int>("--trials") { Description = "Number of trials.", DefaultValueFactory = _ => 24 };
var rows = new Option<int>("--rows") { Description = "Number of training digits.", DefaultValueFactory = _ => 2000 };
var epochs = new Option<int>("--epochs") { Description = "Epochs of a trial.", DefaultValueFactory = _ => 5 };
var name = new Option<string?>("--name") { Description = "Name of the sweep; run again, it resumes (needs --storage on the silos)." };
var output = new Option<string>("--output") { Description = "Folder for the model.", DefaultValueFactory = _ => "." };
var mlflow = new Option<string?>("--mlflow") { Description = "Folder to write the runs to for MLflow." };
var sweep = new Command("sweep", "Sweeps weight and margin on the shipped digits.")
{
    gateways, redis, certificate, local, trials, rows, epochs, name, data, output, mlflow,
};
sweep.SetAction((arguments, token) => DigitSweep.RunAsync(new()
{
    Gateways = arguments.GetValue(gateways)!,
    Redis = arguments.GetValue(redis),
    Certificate = arguments.GetValue(certificate),
    Local = arguments.GetValue(local),
    Trials = arguments.GetValue(trials),
    Rows = arguments.GetValue(rows),
    Epochs = arguments.GetValue(epochs),
    Name = arguments.GetValue(name),
    DataFolder = arguments.GetValue(data),
    Output = arguments.GetValue(output)!,
    Mlflow = arguments.GetValue(mlflow),
}, token));

return await new RootCommand("A sweep on several machines.") { silo, sweep }.Parse(args).InvokeAsync();
