using VideoGen.Cli.Hosting;

namespace VideoGen.Cli.Tests;

public sealed class RemoteClusterTests
{
    /// <summary>Hosts follow changes of settings in their content root, however much lies below it; that must not be the folder of the caller.</summary>
    [Fact]
    public void ClientOfACluster_DoesNotWatchTheFolderItIsCalledIn() =>
        Assert.Equal(
            AppContext.BaseDirectory,
            RemoteCluster.CreateBuilder(new RedisAddress("127.0.0.1:1", ClusterAddress.DefaultClusterId)).Environment.ContentRootPath);
}
