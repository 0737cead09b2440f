using Microsoft.Extensions.DependencyInjection;
using VideoGen.Client.Stages;

namespace VideoGen.Client;

/// <summary>A worker that is being put together: what it can do.</summary>
public sealed class StageWorkerBuilder
{
    internal StageWorkerBuilder(IServiceCollection services)
    {
        Services = services;
    }

    public IServiceCollection Services { get; }

    /// <summary>The code of a kind of stage. One instance serves all tasks of the process; what its constructor asks for comes from the services.</summary>
    public StageWorkerBuilder AddStage<TStage>()
        where TStage : class, IStage
    {
        Services.AddSingleton<IStage, TStage>();
        return this;
    }

    /// <inheritdoc cref="AddStage{TStage}"/>
    public StageWorkerBuilder AddStage(IStage stage)
    {
        Services.AddSingleton(stage);
        return this;
    }
}
