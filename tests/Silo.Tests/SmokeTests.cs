using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using VideoGen.Grains.Index;
using VideoGen.Grains.Tasks;

namespace VideoGen.Silo.Tests;

public sealed class SmokeTests
{
    [Fact]
    public async Task Smoke()
    {
        var store = new MemoryTaskStore();
        var app = SiloHost.Create(new SiloHostOptions { Recover = false }, configure: b =>
        {
            b.Services.AddKeyedSingleton<IGrainStorage>("tasks", store);
            b.Services.AddSingleton<ITaskIndex>(store);
        });
        await app.StartAsync();
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        var id = TaskId.Parse("t1");
        var r = await grains.GetGrain<ITaskStateGrain>("t1").ExecuteAsync(OperationId.Create(TimeProvider.System), new CreateTask(id, JsonText.EmptyObject, null));
        Assert.False(r.IsRefused, r.Message);
        using var http = new HttpClient { BaseAddress = app.GetHttpAddress() };
        foreach (var path in new[] { "/api/tasks", "/api/tasks/t1", "/api/tasks/..x", "/api/tasks/nope", "/healthz", "/healthz/ready", "/metrics", "/openapi/v1.json", "/api/tasks?status=x", "/api/tasks/t1/artifacts/a/b", "/nothing" })
        {
            var answer = await http.GetAsync(path);
            Console.WriteLine($"{path} {(int)answer.StatusCode}\n{answer.Headers}{answer.Content.Headers}\n{await answer.Content.ReadAsStringAsync()}\n");
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        await app.StopAsync();
        Console.WriteLine($"stop {clock.Elapsed}");
    }
}
