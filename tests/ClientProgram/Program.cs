// A client as others write it: it refers to VideoGen.Client alone. It calls everything that reads storage, and prints what each call ended with.
using System.Globalization;
using System.Net;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Client.Hosting;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

const string StorageAssembly = "VideoGen.Storage";
try
{
    Assembly.Load(StorageAssembly);
    Console.WriteLine($"{StorageAssembly} is here");
}
catch (FileNotFoundException)
{
    Console.WriteLine($"{StorageAssembly} is missing");
}

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
builder.Logging.ClearProviders();
builder.AddVideoGenClient(
    "this machine",
    client => client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, int.Parse(args[0], CultureInfo.InvariantCulture))),
    door: VideoGen.Client.Access.ClusterDoor.AsBefore);
using var host = builder.Build();
await host.StartAsync();
var tasks = new PipelineClient(host.Services.GetRequiredService<IGrainFactory>(), TimeProvider.System, NullLogger<PipelineClient>.Instance)
{
    RetryWindow = TimeSpan.Zero,
    AnswerTimeout = TimeSpan.FromSeconds(30),
};
var demo = TaskId.Parse("demo");
await PrintAsync("list", () => tasks.ListAsync(new TaskQuery()));
await PrintAsync("count", () => tasks.CountAsync(new TaskQuery()));
await PrintAsync("read", () => tasks.ReadAsync(demo));
await PrintAsync("execute", () => tasks.CancelAsync(demo));
await host.StopAsync();
return 0;

static async Task PrintAsync(string call, Func<Task> action)
{
    try
    {
        await action();
        Console.WriteLine($"{call}: answered");
    }
#pragma warning disable CA1031 // What comes out is the program's result.
    catch (Exception exception)
#pragma warning restore CA1031
    {
        Console.WriteLine($"{call}: {exception.GetType().Name} {exception.Message}");
    }
}
