/** Access tokens by OAuth and its kin. Loads no vendor's library. */
export { type ClientCredentialsOptions, clientCredentials } from '../client-credentials.ts';
export { type DeviceLogin, type DeviceLoginOptions, deviceLogin } from '../device-login.ts';
export type { TransportOptions } from '../transport.ts';
export { type DatabricksOptions, databricksCredentials } from './databricks.ts';
export { type GigachatOptions, gigachatCredentials } from './gigachat.ts';
export { type IbmCloudOptions, ibmCloudCredentials } from './ibm.ts';
export { type OciOptions, ociCredentials } from './oci.ts';
export { type SapOptions, sapCredentials } from './sap.ts';
export { type SnowflakeOptions, snowflakeCredentials } from './snowflake.ts';
